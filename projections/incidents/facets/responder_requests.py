"""Responder requests: who was asked to help an incident, and what they said."""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from events.ids import EscalationPolicyId, ResponderId
from events.incident.pages.events import (
    IncidentPageAnswered,
    IncidentPageCancelled,
    IncidentPageDeclined,
    IncidentPageRequested,
)
from events.incident.pages.state import REQUESTED
from projections.engine.rows import Moment


class RequestState(StrEnum):
    """What has become of a request."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class ResponderRequest(Struct, frozen=True, kw_only=True):
    """One page that asks somebody to help: a person, or an escalation policy."""

    number: int  # of the page, by which it is accepted or declined
    ask: str
    responder_id: ResponderId | None  # None: whoever the policy reaches
    escalation_policy_id: EscalationPolicyId | None
    state: RequestState = RequestState.ASKED
    requested_by: str
    requested_at: Moment
    answered_by: str | None = None  # who accepted, declined last, or cancelled it
    answered_at: Moment | None = None
    reason: str | None = None  # why it was declined or cancelled


type ResponderRequests = tuple[ResponderRequest, ...]


def responder_requests_after(requests: ResponderRequests, event: object) -> ResponderRequests:
    """Return the requests after the event."""
    match event:
        case IncidentPageRequested() if event.about.startswith(f"{REQUESTED}:"):
            return (*requests, _requested(event))
        case IncidentPageAnswered() | IncidentPageDeclined() | IncidentPageCancelled():
            return tuple(
                _answered(one, event) if one.number == event.number else one for one in requests
            )
        case _:
            return requests


def _requested(event: IncidentPageRequested) -> ResponderRequest:
    named = event.target.responder_ids
    return ResponderRequest(
        number=event.number,
        ask=event.ask,
        responder_id=named[0] if named else None,
        escalation_policy_id=event.target.escalation_policy_id,
        requested_by=event.requested_by,
        requested_at=event.requested_at,
    )


def _answered(
    one: ResponderRequest,
    event: IncidentPageAnswered | IncidentPageDeclined | IncidentPageCancelled,
) -> ResponderRequest:
    match event:
        case IncidentPageAnswered():
            return replace(
                one,
                state=RequestState.ACCEPTED,
                answered_by=event.answered_by,
                answered_at=event.answered_at,
            )
        case IncidentPageDeclined():
            over = one.escalation_policy_id is None  # of a policy others are asked still
            return replace(
                one,
                state=RequestState.DECLINED if over else one.state,
                answered_by=event.declined_by,
                answered_at=event.declined_at,
                reason=event.reason,
            )
        case IncidentPageCancelled():
            return replace(
                one,
                state=RequestState.CANCELLED,
                answered_by=event.cancelled_by,
                answered_at=event.cancelled_at,
                reason=event.reason,
            )
