"""Codes that change every half minute (RFC 6238): six digits, SHA-1, 30 seconds, as every app has them."""

import base64
import hashlib
import hmac
import secrets
import time
from urllib.parse import quote, urlencode

STEP = 30  # seconds
DIGITS = 6
SLACK = 1  # steps that a phone's clock may be behind or ahead


def new_secret() -> str:
    """160 random bits in base 32, as an app takes them by hand."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_at(moment: float) -> int:
    """The number of the half minute of `moment`, seconds since 1970."""
    return int(moment) // STEP


def step_of(code: str, secret: str, moment: float | None = None) -> int | None:
    """The half minute around `moment` (now) to which `code` belongs; None for a wrong one."""
    if not (code.isascii() and code.isdecimal() and len(code) == DIGITS):
        return None
    now = step_at(time.time() if moment is None else moment)
    fitting = [step for step in range(now - SLACK, now + SLACK + 1) if hmac.compare_digest(code_at(secret, step), code)]
    return fitting[-1] if fitting else None


def address(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code tells the app. A colon would part the name in two."""
    issuer = issuer.replace(":", " ")
    asked = {"secret": secret, "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP}
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{urlencode(asked, quote_via=quote)}"


def groups(secret: str) -> list[str]:
    """Four letters each, for whoever types it in."""
    return [secret[at : at + 4] for at in range(0, len(secret), 4)]
