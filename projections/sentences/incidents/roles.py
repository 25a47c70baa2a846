"""Role sentences, and those of actions reserved for the incident commander."""

from typing import Final

from events.incident.roles.events import (
    IncidentCommanderOverridden,
    RoleAccepted,
    RoleDeclined,
    RoleOffered,
    RoleOfferWithdrawn,
    RoleUnassigned,
)
from projections.sentences.words import because, person, words

RESERVED: Final = {
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
def _(event: RoleOfferWithdrawn) -> str:
    who = person(event.withdrawn_by)
    return f"{who} took the offer of the role {event.role} to {event.responder_id} back"


@words.register
def _(event: RoleUnassigned) -> str:
    who = person(event.unassigned_by)
    if who == event.responder_id:
        return f"{who} laid the role {event.role} down{because(event.reason)}"
    return f"{who} relieved {event.responder_id} of the role {event.role}{because(event.reason)}"


@words.register
def _(event: IncidentCommanderOverridden) -> str:
    who, reason = person(event.overridden_by), because(event.reason)
    if event.action == "two_people":
        return f"{who} let one person hold commander and operations on a SEV1{reason}"
    if event.action == "command":
        return f"{who} took command in place of {event.commander}{reason}"
    did = RESERVED.get(event.action, f"did the action {event.action.replace('_', ' ')}")
    return f"{who} {did} in place of {event.commander or 'a commander'}{reason}"
