"""Contact verification state: codes that may still be entered, and what was sent when."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, assert_never
from uuid import UUID

from events.contact_verification.events import (
    ContactVerificationConfirmed,
    ContactVerificationEvent,
    ContactVerificationMistaken,
    ContactVerificationRequested,
)
from events.delivery.events import (
    VERIFICATION,
    DeliveryDelayed,
    DeliveryFailed,
    DeliverySent,
    DeliverySuppressed,
)
from events.delivery.ledger import Ledger, after

TRIES: Final = 5  # of one code
AN_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """A code that was sent and may be entered."""

    request_id: UUID
    channel: str
    address: str = field(repr=False)
    code_digest: str = field(repr=False)
    requested_at: datetime
    expires_at: datetime
    tries_left: int = TRIES


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactVerification:
    """What is known of one responder's codes."""

    open: Mapping[int, OpenRequest] = field(default_factory=dict)  # by contact method
    requested: tuple[datetime, ...] = ()  # the codes of the last hour
    ledger: Ledger = field(default_factory=Ledger)


INITIAL: Final = ContactVerification()


def evolve(state: ContactVerification, event: ContactVerificationEvent) -> ContactVerification:
    """Return the state after the event; never refuses."""
    match event:
        case ContactVerificationRequested():
            return _requested(state, event)
        case ContactVerificationMistaken():
            request = state.open.get(event.contact_method)
            if request is None:
                return state
            tried = replace(request, tries_left=event.tries_left)
            return replace(state, open={**state.open, event.contact_method: tried})
        case ContactVerificationConfirmed():
            left = {key: one for key, one in state.open.items() if key != event.contact_method}
            return replace(state, open=left)
        case DeliverySent() | DeliveryDelayed() | DeliveryFailed() | DeliverySuppressed():
            return replace(state, ledger=after(state.ledger, event))
        case _:
            assert_never(event)


def _requested(
    state: ContactVerification, event: ContactVerificationRequested
) -> ContactVerification:
    request = OpenRequest(
        request_id=event.request_id,
        channel=event.channel,
        address=event.address,
        code_digest=event.code_digest,
        requested_at=event.requested_at,
        expires_at=event.expires_at,
    )
    recent = (at for at in state.requested if at > event.requested_at - AN_HOUR)
    about = str(event.request_id)
    return ContactVerification(
        open={**state.open, event.contact_method: request},
        requested=(*recent, event.requested_at),
        ledger=state.ledger.intending(VERIFICATION, about, None, [event.delivery]),
    )
