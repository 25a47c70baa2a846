"""Amazon for the tests: a key, its certificate at an address of SNS, and what was fetched."""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from activities.delivery.faults import DeliveryFault
from activities.delivery.outbound import Answer
from services.api.intake.sources.clouds.sns_signature import signed_text


@cache
def a_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


@cache
def certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(a_key().public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2030, 1, 1, tzinfo=UTC))
        .sign(a_key(), hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM)


@dataclass
class Amazon:
    """What answers at addresses of SNS, and signs what it sends."""

    status: int = 200
    body: bytes = field(default_factory=certificate)
    fault: DeliveryFault | None = None
    fetched: list[str] = field(default_factory=list[str])
    url: str = field(
        default_factory=lambda: (
            f"https://sns.us-west-2.amazonaws.com/SimpleNotificationService-{uuid4().hex}.pem"
        )
    )

    async def fetch(self, url: str) -> Answer:
        self.fetched.append(url)
        if self.fault is not None:
            raise self.fault
        return Answer(status=self.status, headers={}, body=self.body)

    def signed(self, body: bytes, version: str = "2", **members: Any) -> dict[str, Any]:
        """Return a documented message as Amazon would sign it."""
        message = json.loads(body) | {"SignatureVersion": version, "SigningCertURL": self.url}
        message |= members
        digest = hashes.SHA256() if version == "2" else hashes.SHA1()
        signature = a_key().sign(signed_text(message), padding.PKCS1v15(), digest)
        return {**message, "Signature": b64encode(signature).decode()}
