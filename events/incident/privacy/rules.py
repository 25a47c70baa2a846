"""Privacy rules: the incident commander, members and admins change an incident's visibility."""

from events.errors import IncidentNotPrivate, MemberHoldsRole
from events.incident.commands import DeclareIncident
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.privacy.commands import (
    AddMember,
    MakeIncidentPrivate,
    MakeIncidentPublic,
    RemoveMember,
)
from events.incident.privacy.events import (
    IncidentMemberAdded,
    IncidentMemberRemoved,
    IncidentPrivacyChanged,
)
from events.incident.require import explained, led_by_the_actor, live
from events.incident.roles.events import spoken
from events.incident.state import Incident


def declared_private(command: DeclareIncident) -> list[IncidentEvent]:
    """Return the fact that the incident is private from its first moment, if that was asked for."""
    if not command.private:
        return []
    person = command.actor.responder_id
    return [
        IncidentPrivacyChanged(
            incident_id=command.incident_id,
            private=True,
            members=(person,) if person else (),
            reason=None,
            changed_by=command.actor.name,
            changed_at=command.at,
        )
    ]


def make_incident_private(command: MakeIncidentPrivate, incident: Incident) -> list[IncidentEvent]:
    """Keep the incident among those who work on it, and whoever asks for this."""
    incident_id = live(incident)
    if incident.privacy.private:
        return []
    person = command.actor.responder_id
    known_to = incident.responders | {*incident.roles.values()} | ({person} if person else set())
    return [
        IncidentPrivacyChanged(
            incident_id=incident_id,
            private=True,
            members=tuple(sorted(known_to)),
            reason=explained(command.reason, "Say why the incident becomes private."),
            changed_by=command.actor.name,
            changed_at=command.at,
        )
    ]


def make_incident_public(command: MakeIncidentPublic, incident: Incident) -> list[IncidentEvent]:
    """Show the incident to everybody again: the incident commander's decision, or an admin's.

    Raises: NotTheCommander.
    """
    incident_id = live(incident)
    if not incident.privacy.private:
        return []
    led_by_the_actor(command.actor, incident, "opens a private incident to everybody")
    return [
        IncidentPrivacyChanged(
            incident_id=incident_id,
            private=False,
            members=(),
            reason=explained(command.reason, "Say why the incident becomes public."),
            changed_by=command.actor.name,
            changed_at=command.at,
        )
    ]


def add_member(command: AddMember, incident: Incident) -> list[IncidentEvent]:
    """Let somebody know of it, without a part in the response.

    Raises: IncidentNotPrivate.
    """
    incident_id = live(incident)
    _require_private(incident)
    if command.responder_id in incident.privacy.members:
        return []
    return [
        IncidentMemberAdded(
            incident_id=incident_id,
            responder_id=command.responder_id,
            added_by=command.actor.name,
            added_at=command.at,
        )
    ]


def remove_member(command: RemoveMember, incident: Incident) -> list[IncidentEvent]:
    """Show somebody nothing of it any more: they themselves may, the incident commander, an admin.

    Raises: IncidentNotPrivate, NotTheCommander, MemberHoldsRole.
    """
    incident_id = live(incident)
    _require_private(incident)
    if command.responder_id in incident.privacy.removed:
        return []
    if command.actor.responder_id != command.responder_id:
        led_by_the_actor(command.actor, incident, "removes somebody from a private incident")
    if incident.acknowledged_by == f"responder:{command.responder_id}" and not incident.resolved:
        raise MemberHoldsRole(
            f"{command.responder_id} has {incident.reference}: somebody else has to take it first.",
            roles=[],
            allowed=["acknowledge"],
        )
    held = sorted(role for role, who in incident.roles.items() if who == command.responder_id)
    if held:
        names = " and ".join(map(spoken, held))
        raise MemberHoldsRole(
            f"{command.responder_id} is {names}: hand the role over first.",
            roles=held,
            allowed=["hand_over_role"],
        )
    return [
        IncidentMemberRemoved(
            incident_id=incident_id,
            responder_id=command.responder_id,
            removed_by=command.actor.name,
            removed_at=command.at,
        )
    ]


def _require_private(incident: Incident) -> None:
    if not incident.privacy.private:
        raise IncidentNotPrivate(
            f"{incident.reference} is public: make it private first.",
            allowed=["make_private"],
        )


RULES: Rules = {
    MakeIncidentPrivate: make_incident_private,
    MakeIncidentPublic: make_incident_public,
    AddMember: add_member,
    RemoveMember: remove_member,
}
