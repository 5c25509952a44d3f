"""The push service of a browser maker, with the browsers that listen at it: it opens what comes, as they would."""

import base64
import json
import os
import struct
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kartu.core.testing.http import Asked, FakeHttp


@dataclass(frozen=True)
class Pushed:
    """What one browser has been shown."""

    browser: str
    topic: str
    ttl: int
    subject: str
    note: dict


class FakeBrowser:
    """A browser that listens at a service: `subscription` is what it gives to the program."""

    def __init__(self, service: str, name: str) -> None:
        self.name = name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)
        self._point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.subscription = {
            "endpoint": f"{service}/push/{name}",
            "p256dh": _spelled(self._point),
            "auth": _spelled(self._auth),
        }

    def open(self, body: bytes) -> dict:
        """What was sealed for it alone: RFC 8291, read from the other end."""
        salt, (_size, length) = body[:16], struct.unpack("!IB", body[16:21])
        point, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
        info = b"WebPush: info\0" + self._point + point
        secret = HKDF(SHA256(), 32, self._auth, info).derive(shared)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        text = AESGCM(key).decrypt(nonce, sealed, None)
        assert text.endswith(b"\x02") and len(body) <= 4096
        return json.loads(text[:-1])


class FakePush(FakeHttp):
    """`server.browser("phone")` listens from then on; `server.pushed` is what was shown, in order.

    A browser in `server.gone` listens no more: 410.
    """

    def __init__(self, mood: str | int = "kind") -> None:
        super().__init__(mood)
        self.browsers: dict[str, FakeBrowser] = {}
        self.gone: set[str] = set()
        self.pushed: list[Pushed] = []

    def browser(self, name: str) -> FakeBrowser:
        self.browsers[name] = FakeBrowser(self.url, name)
        return self.browsers[name]

    def take(self, asked: Asked) -> tuple[int, bytes]:
        name = asked.path.rpartition("/")[2]
        if name in self.gone or name not in self.browsers:
            return 410, b"gone"
        if (subject := signed_by(asked.headers.get("authorization", ""), self.url)) is None:
            return 403, b"who are you"
        note = self.browsers[name].open(asked.body)
        headers = asked.headers
        self.pushed.append(Pushed(name, headers.get("topic", ""), int(headers["ttl"]), subject, note))
        return 201, b""


def signed_by(authorization: str, audience: str) -> str | None:
    """The subject of a right signature (RFC 8292) for `audience`; None for any other."""
    kind, _space, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    if kind != "vapid" or set(parts) != {"t", "k"}:
        return None
    told, _dot, signature = parts["t"].rpartition(".")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _read(parts["k"]))
    raw = _read(signature)
    pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        key.verify(pair, told.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return None
    claims = json.loads(_read(told.split(".")[1]))
    return claims["sub"] if claims["aud"] == audience and urlsplit(claims["sub"]).scheme else None


def _spelled(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
