"""Connections, clocks and tokens for the tests of sign-in through a provider."""

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from activities.delivery.outbound import Answer
from services.identity.oidc.asking import Asking
from services.identity.oidc.connection import Connection
from services.identity.oidc.provider import Provider
from services.identity.oidc.round_trips import Sealer
from tests.identity_providers import ProviderClient

ISSUER = "https://provider.example.com"
SEALER = Sealer(SecretStr("a link key of the tests, 32 characters and more"))
REDIRECT_URI = ProviderClient().redirect_uris[0]

EXAMPLE = Connection(
    name="example",
    label="Example",
    issuer=ISSUER,
    client_id=ProviderClient().client_id,
    client_secret=SecretStr(ProviderClient().client_secret),
    scopes=("openid", "profile", "email", "groups"),
)


@dataclass(slots=True)
class Clock:
    """A clock that goes by itself, and jumps when a test says so."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def provider_at(issuer: str, clock: Clock | None = None, **changed: Any) -> Provider:
    """Return the provider that runs at this address."""
    connection = replace(EXAMPLE, issuer=issuer, allow_private=True, **changed)
    return Provider(connection, Asking(connection), clock or Clock())


def rsa_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}, auto_kid=False)


@dataclass
class PaperProvider:
    """A provider of which there is only what it publishes: what it signs, the test signs."""

    keys: list[Any]  # as published
    asked: list[str] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)

    async def get(self, url: str, *, headers: Mapping[str, str]) -> Answer:
        self.asked.append(url.removeprefix(ISSUER))
        if url.endswith("/jwks"):
            return said({"keys": self.keys})
        return said(
            {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/auth",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/jwks",
                **self.metadata,
            }
        )

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        raise AssertionError("nobody exchanges a code here")

    def provider(self, clock: Clock | None = None, **changed: Any) -> Provider:
        connection = replace(EXAMPLE, **changed)
        return Provider(connection, Asking(connection, self), clock or Clock())


def said(value: object) -> Answer:
    return Answer(status=200, headers={}, body=json.dumps(value).encode())


def token(key: RSAKey | bytes, payload: bytes | Mapping[str, Any], **header: Any) -> str:
    """Return the payload, signed by RS256 unless the header says otherwise; ... leaves one out.

    It is signed by hand, because libraries refuse to make what is hostile.
    """
    whole = {"alg": "RS256", "kid": key.kid if isinstance(key, RSAKey) else "good", **header}
    named = {name: value for name, value in whole.items() if value is not ...}
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return signed_by(key, str(named["alg"]), json.dumps(named).encode(), raw)


def signed_by(key: RSAKey | bytes, algorithm: str, header: bytes, payload: bytes) -> str:
    signed = b".".join(map(encoded, (header, payload)))
    if isinstance(key, bytes):
        signature = hmac.digest(key, signed, "sha256")
    else:
        mask = padding.PSS(padding.MGF1(SHA256()), 32)
        private = key.private_key
        assert private is not None
        signature = private.sign(
            signed, mask if algorithm == "PS256" else padding.PKCS1v15(), SHA256()
        )
    return b".".join((signed, encoded(signature))).decode()


def encoded(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
