"""A passkey made of software, as the WebAuthn specification describes one; for tests only.

Source: Web Authentication Level 3, "Authenticator Data" and "Attested Credential Data".
"""

import base64
import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@dataclass(kw_only=True)
class SoftwarePasskey:
    """One key pair on one device."""

    origin: str = "http://localhost:8080"
    rp_id: str = "localhost"
    verifies: bool = True  # asks its person for a finger or a PIN
    count: int = 0
    credential_id: bytes = b"credential-of-a-test"
    user_handle: bytes = b""
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def made(self, options: str) -> str:
        """Return what `navigator.credentials.create` gives for these options."""
        asked = json.loads(options)
        self.user_handle = base64.urlsafe_b64decode(asked["user"]["id"] + "==")
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = (
            bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + cbor2.dumps(cose)
        )
        data = self._data(ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": text(self._client("webauthn.create", asked["challenge"])),
            "attestationObject": text(attestation),
            "transports": ["internal", "hybrid", "of-next-year"],
        }
        return self._answer(response)

    def used(self, options: str, **changed: Any) -> str:
        """Return what `navigator.credentials.get` gives for these options."""
        self.count += 1
        client = self._client("webauthn.get", json.loads(options)["challenge"])
        data = self._data(0)
        signature = self.key.sign(data + sha256(client).digest(), ECDSA(SHA256()))
        response = {
            "clientDataJSON": text(client),
            "authenticatorData": text(data),
            "signature": text(signature),
            "userHandle": text(self.user_handle),
        }
        return self._answer({**response, **changed})

    def _data(self, flags: int) -> bytes:
        verified = VERIFIED if self.verifies else 0
        return (
            sha256(self.rp_id.encode()).digest()
            + bytes([PRESENT | verified | flags])
            + self.count.to_bytes(4)
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {
            "type": kind,
            "challenge": challenge,
            "origin": self.origin,
            "crossOrigin": False,
        }
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        named = text(self.credential_id)
        return json.dumps(
            {
                "id": named,
                "rawId": named,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )
