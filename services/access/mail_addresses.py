"""Mail addresses of integrations: made of what is stored of their keys, so that nothing is kept.

An address lets in whoever knows it, as a key does, and for one kind of message only. It is revoked
with its key, and shown again to whoever may create integrations. Mail servers may change its case.
"""

import hmac
import re
from base64 import b32encode
from dataclasses import dataclass
from typing import Final

from events.configuration.integration import IntegrationCreated

ANY: Final = b"tocsin mail address, any sender"
AUTHENTICATED: Final = b"tocsin mail address, authenticated senders"
_TOKEN_BYTES: Final = 16
_SHAPE: Final = re.compile(
    r"tocsin-(?P<integration_id>[a-z0-9][a-z0-9._-]{0,62})-(?P<token>[a-z2-7]{26})"
    r"(?:\+(?P<detail>[\x21-\x7e]{0,100}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAddresses:
    """Where an integration takes mail: from anybody, or from senders that somebody vouches for."""

    any_sender: str
    authenticated_sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedAddress:
    """The part of an address before its domain: well formed, not yet verified."""

    integration_id: str
    token: str
    detail: str = ""  # behind the +

    def matches(self, created: IntegrationCreated, purpose: bytes) -> bool:
        """Return whether it is the address of this integration for this purpose."""
        return hmac.compare_digest(self.token.encode(), _token(created, purpose).encode())


def addresses_of(created: IntegrationCreated, domain: str) -> MailAddresses:
    """Return the addresses of an integration."""
    return MailAddresses(
        any_sender=_address(created, ANY, domain),
        authenticated_sender=_address(created, AUTHENTICATED, domain),
    )


def parse_local_part(text: str) -> ParsedAddress | None:
    """Read the part of an address before its domain; None when it is none of ours. Never raises."""
    shape = _SHAPE.fullmatch(text.strip('"'))
    if shape is None:
        return None
    return ParsedAddress(
        integration_id=shape["integration_id"].lower(),
        token=shape["token"].lower(),
        detail=shape["detail"] or "",
    )


def _address(created: IntegrationCreated, purpose: bytes, domain: str) -> str:
    return f"tocsin-{created.integration_id}-{_token(created, purpose)}@{domain}"


def _token(created: IntegrationCreated, purpose: bytes) -> str:
    digest = hmac.digest(created.secret_hash.encode(), purpose, "sha256")
    return b32encode(digest[:_TOKEN_BYTES]).decode().rstrip("=").lower()
