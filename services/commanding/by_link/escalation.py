"""Escalation links: who was paged has the next level asked, without a login, from one level only.

Signed apart from acknowledgement links and good for nothing else: a link names the level that its
holder saw, so that pressing it twice, or late, escalates nothing further.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5

from pydantic import SecretStr

from activities.page.ack_links import SHORTEST_KEY, AckLink, split_token, token_of
from events.errors import AckLinkExpired, AckLinkInvalid
from events.ids import DeliveryId, PageId, ResponderId
from events.incident.pages.state import RequestedPage
from events.page.plan import Step
from services.newest_level import AskedLevel

PURPOSE: Final = b"tocsin escalation link 1\0"
EXPIRY: Final = slice(0, 8)  # seconds since 1970, big-endian
PAGE: Final = slice(8, 24)
DELIVERY: Final = slice(24, 40)
ROUND: Final = slice(40, 42)
LEVEL: Final = slice(42, 44)
RESPONDER: Final = slice(44, None)  # UTF-8


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationLink:
    """An escalation link: this person has the level after this one paged, from this delivery."""

    of: AckLink
    step: Step

    @property
    def command_id(self) -> UUID:
        """Return the id of the one command that this link may give."""
        seen = f"{self.step.round} {self.step.level}"
        return uuid5(self.of.delivery_id, f"escalate {self.of.page_id} {seen}")


class EscalationLinks:
    """Makes and reads the tokens of escalation links with one secret key."""

    def __init__(self, key: SecretStr) -> None:
        if len(key.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"link_key needs at least {SHORTEST_KEY} characters")
        self._key = key.get_secret_value().encode()

    def make(self, link: EscalationLink) -> str:
        """Return the token; the same link gives the same token."""
        claim = (
            int(link.of.expires_at.timestamp()).to_bytes(8)
            + link.of.page_id.bytes
            + link.of.delivery_id.bytes
            + link.step.round.to_bytes(2)
            + link.step.level.to_bytes(2)
            + link.of.responder_id.encode()
        )
        return token_of(self._sign(claim), claim)

    def read(self, token: str, now: datetime) -> EscalationLink:
        """Return what a genuine link stands for.

        Raises: AckLinkInvalid, for forged and malformed alike; AckLinkExpired.
        """
        signature, claim = split_token(token)
        if not hmac.compare_digest(signature, self._sign(claim)):
            raise AckLinkInvalid("This link was not made here.")
        of = AckLink(
            page_id=PageId(UUID(bytes=claim[PAGE])),
            delivery_id=DeliveryId(UUID(bytes=claim[DELIVERY])),
            responder_id=ResponderId(claim[RESPONDER].decode()),
            expires_at=datetime.fromtimestamp(int.from_bytes(claim[EXPIRY]), UTC),
        )
        if now >= of.expires_at:
            raise AckLinkExpired("This link is too old. Escalate the incident itself instead.")
        step = Step(round=int.from_bytes(claim[ROUND]), level=int.from_bytes(claim[LEVEL]))
        return EscalationLink(of=of, step=step)

    def _sign(self, claim: bytes) -> bytes:
        return hmac.digest(self._key, PURPOSE + claim, "sha256")


def required(key: SecretStr | None) -> SecretStr:
    """Return the key that links are signed with.

    Raises: AckLinkInvalid.
    """
    if key is None:
        raise AckLinkInvalid("This installation makes no links: TOCSIN_LINK_KEY is not set.")
    return key


def escalation_in(token: str, key: SecretStr | None, now: datetime) -> EscalationLink:
    """Return what a genuine link stands for.

    Raises: AckLinkInvalid, AckLinkExpired.
    """
    return EscalationLinks(required(key)).read(token, now)


def may_escalate(page: RequestedPage, level: AskedLevel | None) -> bool:
    """Say whether somebody is asked after the level; whoever is asked for help declines instead."""
    return page.wanted and not page.may_be_declined and bool(level and level.next_targets)


def escalation_by(
    link: AckLink, page: RequestedPage | None, level: AskedLevel | None
) -> EscalationLink | None:
    """Return what has the next level asked, once in a round from each person."""
    if page is None or level is None or not may_escalate(page, level):
        return None
    if passed_on_at(link, page, level) is not None:
        return None
    return EscalationLink(of=link, step=Step(round=level.round, level=level.level))


def passed_on_at(
    link: AckLink, page: RequestedPage | None, level: AskedLevel | None
) -> datetime | None:
    """Return when this person had the next level asked, in this round of a page that still runs."""
    if page is None or level is None or page.steering.leave is None or not page.wanted:
        return None
    is_theirs = page.steering.by == f"responder:{link.responder_id}"
    return page.steering.at if is_theirs and page.steering.leave.round == level.round else None


def asked_now(page: RequestedPage | None, level: AskedLevel | None) -> tuple[str, ...]:
    """Return who is asked once a level was left, also where that is still to be carried out."""
    if page is None or level is None or page.steering.leave is None:
        return ()
    is_there = page.steering.leave == Step(round=level.round, level=level.level)
    return level.next_targets if is_there else level.targets
