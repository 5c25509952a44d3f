"""The recovery key: what opens the backups of this installation, on paper with the owner and in a file of the server.

The file lies beside the data and is in no backup. Its last line is the key in use; older ones stay, for the backups
that were made under them.
"""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from kartu.security.backup.errors import Unusable

# Crockford's: no letter that looks like a figure or like another letter.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans("OIL", "011")
LETTERS, CHECKS, GROUP = 32, 4, 4
BITS = LETTERS * 5


@dataclass(frozen=True)
class RecoveryKey:
    """160 random bits."""

    secret: bytes

    @classmethod
    def new(cls) -> "RecoveryKey":
        return cls(secrets.token_bytes(BITS // 8))

    @classmethod
    def read(cls, text: str) -> "RecoveryKey":
        """The key that somebody typed, with or without gaps; raises Unusable for a slip of the pen."""
        typed = "".join(sign for sign in text.upper() if sign.isalnum()).translate(LOOKALIKES)
        if len(typed) != LETTERS + CHECKS or set(typed) - set(ALPHABET):
            raise Unusable(f"This is no recovery key: it has {LETTERS + CHECKS} letters and figures.")
        number = 0
        for sign in typed[:LETTERS]:
            number = number * 32 + ALPHABET.index(sign)
        key = cls(number.to_bytes(BITS // 8, "big"))
        if key.checks != typed[LETTERS:]:
            raise Unusable("There is a slip in the recovery key. Compare it with the paper, letter by letter.")
        return key

    @property
    def text(self) -> str:
        """As it is printed: nine groups of four."""
        signs = spelled(int.from_bytes(self.secret, "big"), LETTERS) + self.checks
        return " ".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))

    @property
    def checks(self) -> str:
        return spelled(int.from_bytes(hashlib.sha256(self.secret).digest()[:4], "big"), CHECKS)

    @property
    def mark(self) -> bytes:
        """What tells this key from others and nothing else of it: 8 bytes, in the head of every backup."""
        return self.derived(b"kartu backup mark", None, 8)

    @property
    def name(self) -> str:
        """The mark for people: "3F0A-91C2"."""
        digits = self.mark[:4].hex().upper()
        return f"{digits[:4]}-{digits[4:]}"

    def derived(self, purpose: bytes, salt: bytes | None, length: int = 32) -> bytes:
        return HKDF(SHA256(), length=length, salt=salt, info=purpose).derive(self.secret)


def spelled(number: int, length: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def keyring() -> list[RecoveryKey]:
    """Every key of this server, the one in use last; empty before the first backup."""
    path = place()
    return [RecoveryKey.read(line) for line in path.read_text().splitlines() if line.strip()] if path.exists() else []


def in_use() -> RecoveryKey:
    """The key under which backups are made here; a new one at first use."""
    return (keyring() or [keep(RecoveryKey.new())])[-1]


def keep(key: RecoveryKey) -> RecoveryKey:
    """Put `key` into use from now on. Whole or not at all: a lost key is a lost backup."""
    path, part = place(), place().with_suffix(".part")
    lines = [known.text for known in keyring() if known != key] + [key.text]
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return key


def place() -> Path:
    return Path(settings.DATA_DIR) / "backup.key"
