"""Role sentences, and those of actions reserved for the incident commander."""

from typing import Final

from events.incident.roles.events import (
    IncidentCommanderOverridden,
    RoleAccepted,
    RoleDeclined,
    RoleOffered,
    RoleOfferWithdrawn,
    RoleUnassigned,
    spoken,
)
from projections.sentences.words import because, person, words

RESERVED: Final = {
    "resolution": "declared the incident resolved",
    "severity": "changed the severity",
    "roles": "assigned a role",
    "decline": "declined the incident",
    "closure": "closed the incident",
}


@words.register
def _(event: RoleOffered) -> str:
    who, role = person(event.offered_by), spoken(event.role)
    return f"{who} offered {event.to_responder_id} the role of {role}"


@words.register
def _(event: RoleAccepted) -> str:
    return f"{person(event.accepted_by)} accepted the role of {spoken(event.role)}"


@words.register
def _(event: RoleDeclined) -> str:
    who, role = person(event.declined_by), spoken(event.role)
    return f"{who} declined the role of {role}{because(event.reason)}"


@words.register
def _(event: RoleOfferWithdrawn) -> str:
    who = person(event.withdrawn_by)
    return f"{who} withdrew the offer of {spoken(event.role)} to {event.responder_id}"


@words.register
def _(event: RoleUnassigned) -> str:
    who, role = person(event.unassigned_by), spoken(event.role)
    if who == event.responder_id:
        return f"{who} gave up the role of {role}{because(event.reason)}"
    return f"{who} relieved {event.responder_id} of the role of {role}{because(event.reason)}"


@words.register
def _(event: IncidentCommanderOverridden) -> str:
    who, reason = person(event.overridden_by), because(event.reason)
    if event.action == "two_people":
        return f"{who} let one person be incident commander and operations on a SEV1{reason}"
    if event.action == "command":
        return f"{who} replaced {event.commander} as incident commander{reason}"
    did = RESERVED.get(event.action, f"did the action {event.action.replace('_', ' ')}")
    return f"{who} {did} in place of {event.commander or 'an incident commander'}{reason}"
