"""The sentences about roles and the commander's duties."""

from typing import Final, assert_never

from events.incident.role_events import (
    DutyBypassed,
    RoleAccepted,
    RoleDeclined,
    RoleEvent,
    RoleOffered,
    RoleOfferRetracted,
    RoleVacated,
)
from projections.phrases import because, person

DUTIES: Final = {
    "resolution": "declared the incident resolved",
    "severity": "changed the severity",
    "roles": "gave out a role",
    "decline": "called the incident a false alarm",
    "closure": "closed the incident",
}


def role_words(event: RoleEvent) -> str:
    """Return the sentence, perhaps without its full stop."""
    match event:
        case RoleOffered():
            who = person(event.offered_by)
            return f"{who} offered {event.to_responder_id} the role {event.role}"
        case RoleAccepted():
            return f"{person(event.accepted_by)} accepted the role {event.role}"
        case RoleDeclined():
            who = person(event.declined_by)
            return f"{who} declined the role {event.role}{because(event.reason)}"
        case RoleOfferRetracted():
            who, to = person(event.retracted_by), event.responder_id
            return f"{who} took the offer of the role {event.role} to {to} back"
        case RoleVacated():
            return _vacated(event)
        case DutyBypassed():
            return _bypassed(event)
        case _:
            assert_never(event)


def _vacated(event: RoleVacated) -> str:
    who = person(event.vacated_by)
    if who == event.responder_id:
        return f"{who} laid the role {event.role} down{because(event.reason)}"
    return f"{who} relieved {event.responder_id} of the role {event.role}{because(event.reason)}"


def _bypassed(event: DutyBypassed) -> str:
    who, reason = person(event.bypassed_by), because(event.reason)
    if event.duty == "two_people":
        return f"{who} let one person hold commander and operations on a SEV1{reason}"
    if event.duty == "command":
        return f"{who} took command in place of {event.commander}{reason}"
    did = DUTIES.get(event.duty, f"did the duty {event.duty.replace('_', ' ')}")
    return f"{who} {did} in place of {event.commander or 'a commander'}{reason}"
