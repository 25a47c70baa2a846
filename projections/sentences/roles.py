"""The sentences about roles and the commander's duties."""

from typing import Final

from events.incident.roles.events import (
    DutyBypassed,
    RoleAccepted,
    RoleDeclined,
    RoleOffered,
    RoleOfferRetracted,
    RoleVacated,
)
from projections.sentences.words import because, person, words

DUTIES: Final = {
    "resolution": "declared the incident resolved",
    "severity": "changed the severity",
    "roles": "gave out a role",
    "decline": "declined the incident",
    "closure": "closed the incident",
}


@words.register
def _(event: RoleOffered) -> str:
    return f"{person(event.offered_by)} offered {event.to_responder_id} the role {event.role}"


@words.register
def _(event: RoleAccepted) -> str:
    return f"{person(event.accepted_by)} accepted the role {event.role}"


@words.register
def _(event: RoleDeclined) -> str:
    return f"{person(event.declined_by)} declined the role {event.role}{because(event.reason)}"


@words.register
def _(event: RoleOfferRetracted) -> str:
    who = person(event.retracted_by)
    return f"{who} took the offer of the role {event.role} to {event.responder_id} back"


@words.register
def _(event: RoleVacated) -> str:
    who = person(event.vacated_by)
    if who == event.responder_id:
        return f"{who} laid the role {event.role} down{because(event.reason)}"
    return f"{who} relieved {event.responder_id} of the role {event.role}{because(event.reason)}"


@words.register
def _(event: DutyBypassed) -> str:
    who, reason = person(event.bypassed_by), because(event.reason)
    if event.duty == "two_people":
        return f"{who} let one person hold commander and operations on a SEV1{reason}"
    if event.duty == "command":
        return f"{who} took command in place of {event.commander}{reason}"
    did = DUTIES.get(event.duty, f"did the duty {event.duty.replace('_', ' ')}")
    return f"{who} {did} in place of {event.commander or 'a commander'}{reason}"
