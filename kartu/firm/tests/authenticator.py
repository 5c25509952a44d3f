"""A device that keeps passkeys, as far as browsers let a page see it: P-256, "none" attestation."""

import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


@dataclass
class Device:
    """One passkey in it. What a test sets otherwise than a browser would, it is told so in the next answer."""

    host: str = "localhost"
    origin: str = "http://localhost"
    verifies: bool = True
    is_framed: bool = False
    count: int = 0
    id: bytes = field(default_factory=lambda: os.urandom(32))
    handle: bytes = b""
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict) -> str:
        """The browser's answer to `options` of navigator.credentials.create()."""
        self.handle = websafe_decode(options["publicKey"]["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        data = self.data(FLAG.AT, AttestedCredentialData.create(Aaguid.NONE, self.id, public))
        response = {
            "clientDataJSON": self.client_data("webauthn.create", options),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            "transports": ["internal", "hybrid"],
        }
        return self.answer(response)

    def show(self, options: dict) -> str:
        """The browser's answer to `options` of navigator.credentials.get()."""
        client_data, data = self.client_data("webauthn.get", options), self.data(FLAG(0))
        signed = data + sha256(websafe_decode(client_data)).digest()
        response = {
            "clientDataJSON": client_data,
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(self.key.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": websafe_encode(self.handle),
        }
        return self.answer(response)

    def answer(self, response: dict) -> str:
        id_ = websafe_encode(self.id)
        return json.dumps(
            {"id": id_, "rawId": id_, "type": "public-key", "clientExtensionResults": {}, "response": response}
        )

    def client_data(self, kind: str, options: dict) -> str:
        challenge = websafe_decode(options["publicKey"]["challenge"])
        return CollectedClientData.create(kind, challenge, self.origin, self.is_framed).b64

    def data(self, flags: FLAG, credential: bytes = b"") -> AuthenticatorData:
        flags |= FLAG.UP | (FLAG.UV if self.verifies else FLAG(0))
        return AuthenticatorData.create(sha256(self.host.encode()).digest(), flags, self.count, credential)
