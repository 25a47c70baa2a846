"""Acknowledgement links: answer a page without a login, signed for one delivery, until they expire.

Nothing is stored, and a link is no right: whoever reads it asks the log what its holder may do now.
It counts once for each time that the incident asks who takes it: whoever opens it again gets the
first answer.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5

from pydantic import SecretStr

from events.errors import AckLinkExpired, AckLinkInvalid
from events.ids import DeliveryId, IncidentId, PageId, ResponderId

PURPOSE: Final = b"tocsin acknowledgement link 1\0"  # a signature for this is good for nothing else
SHORTEST_KEY: Final = 32  # characters
DIGEST: Final = 32  # bytes of HMAC-SHA256
EXPIRY: Final = slice(0, 8)  # seconds since 1970, big-endian
PAGE: Final = slice(8, 24)
DELIVERY: Final = slice(24, 40)
RESPONDER: Final = slice(40, None)  # UTF-8


@dataclass(frozen=True, slots=True, kw_only=True)
class AckLink:
    """An acknowledgement link: this person answers this page, from this delivery of it."""

    page_id: PageId
    delivery_id: DeliveryId
    responder_id: ResponderId
    expires_at: datetime

    def answer_id(self, incident_id: IncidentId, times_asked: int) -> UUID:
        """Return the id of the one command this link may give to this asking of the incident."""
        return uuid5(self.delivery_id, f"acknowledge {incident_id} {times_asked}")


class AckLinks:
    """Makes and reads the tokens of links with one secret key."""

    def __init__(self, key: SecretStr) -> None:
        if len(key.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"link_key needs at least {SHORTEST_KEY} characters")
        self._key = key.get_secret_value().encode()

    def make(self, link: AckLink) -> str:
        """Return the token to put behind `/ack/`; the same link gives the same token."""
        claim = (
            int(link.expires_at.timestamp()).to_bytes(8)
            + link.page_id.bytes
            + link.delivery_id.bytes
            + link.responder_id.encode()
        )
        return token_of(self._sign(claim), claim)

    def read(self, token: str, now: datetime) -> AckLink:
        """Return what a genuine link stands for.

        Raises: AckLinkInvalid, for forged and malformed alike; AckLinkExpired.
        """
        signature, claim = split_token(token)
        if not hmac.compare_digest(signature, self._sign(claim)):
            raise AckLinkInvalid("This link was not made here.")
        link = AckLink(
            page_id=PageId(UUID(bytes=claim[PAGE])),
            delivery_id=DeliveryId(UUID(bytes=claim[DELIVERY])),
            responder_id=ResponderId(claim[RESPONDER].decode()),
            expires_at=datetime.fromtimestamp(int.from_bytes(claim[EXPIRY]), UTC),
        )
        if now >= link.expires_at:
            raise AckLinkExpired("This link is too old. Acknowledge the incident itself instead.")
        return link

    def _sign(self, claim: bytes) -> bytes:
        return hmac.digest(self._key, PURPOSE + claim, "sha256")


def token_of(signature: bytes, claim: bytes) -> str:
    """Return a signed claim as it stands in an address."""
    return base64.urlsafe_b64encode(signature + claim).rstrip(b"=").decode()


def split_token(token: str) -> tuple[bytes, bytes]:
    """Return signature and claim; a claim of none is never signed, so it fails like a forgery."""
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return b"", b""
    return raw[:DIGEST], raw[DIGEST:]
