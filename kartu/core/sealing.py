"""Secrets that must be given back as they were (a mailbox password), sealed with a key that is not in the database.

The key comes from the installation's secret key, a file beside the database: a stolen backup of the database
alone opens nothing. Passwords of people are not sealed but hashed.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """Sealed under another key: the data came from another installation, or its key file was lost."""


def seal(text: str, purpose: str) -> str:
    """`text` sealed for `purpose`; what is sealed for one purpose does not open for another."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """What was sealed; raises Unreadable."""
    try:
        return _fernet(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable(purpose) from None


def _fernet(purpose: str) -> Fernet:
    key = HKDF(SHA256(), length=32, salt=None, info=f"kartu {purpose}".encode()).derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))
