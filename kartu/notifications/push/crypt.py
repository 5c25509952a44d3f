"""What is sent to a browser: sealed for it alone (RFC 8291, RFC 8188), and signed by this installation (RFC 8292)."""

import base64
import json
import os
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096
# What fits into one record beside the salt, the public key and the seal; the services take no more than 4096 bytes.
LARGEST = RECORD - 103
POINT = 65


def encrypted(
    text: bytes,
    *,
    p256dh: bytes,
    auth: bytes,
    own: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes = b"",
) -> bytes:
    """The body for the browser whose public key and secret these are. `own` and `salt` are fresh, but in a test."""
    if len(text) > LARGEST:
        raise ValueError(f"{len(text)} bytes are too many for one message")
    own, salt = own or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    point = point_of(own.public_key())
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh))
    secret = derived(shared, auth, b"WebPush: info\0" + p256dh + point, 32)
    key = derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(key).encrypt(nonce, text + b"\x02", None)
    return salt + struct.pack("!IB", RECORD, POINT) + point + sealed


def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


def signed(private: str, *, audience: str, subject: str, until: int) -> str:
    """The Authorization header for the service at `audience` ("https://fcm.googleapis.com"): a JWT by ES256."""
    key = key_of(private)
    parts = ({"typ": "JWT", "alg": "ES256"}, {"aud": audience, "exp": until, "sub": subject})
    told = ".".join(spelled(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    r, s = decode_dss_signature(key.sign(told.encode(), ec.ECDSA(SHA256())))
    signature = spelled(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={told}.{signature}, k={spelled(point_of(key.public_key()))}"


def new_private_key() -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return spelled(number.to_bytes(32, "big"))


def public_key_of(private: str) -> str:
    """The uncompressed point, as browsers want it."""
    return spelled(point_of(key_of(private).public_key()))


def key_of(private: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(read(private), "big"), ec.SECP256R1())


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def spelled(data: bytes) -> str:
    """base64url without its padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def read(text: str) -> bytes:
    """The bytes that are spelled so; raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
