"""The rules of who takes part in an incident and in which role."""

from datetime import datetime
from typing import Protocol

from events.actor import Actor
from events.errors import NotTheCommander, RoleHeld, RoleNotHeld
from events.ids import ResponderId
from events.incident.commands import AddResponder, AssignRole, HandOverRole
from events.incident.events import IncidentEvent, ResponderJoined, RoleAssigned, RoleHandedOver
from events.incident.phases import Role
from events.incident.require import live
from events.incident.state import Incident


class Given(Protocol):
    """Any command, for who gave it and when."""

    @property
    def actor(self) -> Actor: ...  # noqa: D102
    @property
    def at(self) -> datetime: ...  # noqa: D102


def joined(incident: Incident, responder_id: ResponderId, command: Given) -> list[IncidentEvent]:
    """Return the fact that the responder joined, nothing if they are in already."""
    if responder_id in incident.responders:
        return []
    return [
        ResponderJoined(
            incident_id=live(incident),
            responder_id=responder_id,
            added_by=command.actor.name,
            joined_at=command.at,
        )
    ]


def add_responder(command: AddResponder, incident: Incident) -> list[IncidentEvent]:
    """Bring a responder in."""
    live(incident)
    return joined(incident, command.responder_id, command)


def assign_role(command: AssignRole, incident: Incident) -> list[IncidentEvent]:
    """Fill a role that nobody holds.

    Raises: RoleHeld.
    """
    incident_id = live(incident)
    holder = incident.roles.get(command.role)
    if holder == command.responder_id:
        return []
    if holder is not None:
        raise RoleHeld(
            f"{holder} is {command.role}: hand the role over instead.",
            holder=holder,
            allowed=["hand_over_role"],
        )
    assigned = RoleAssigned(
        incident_id=incident_id,
        role=command.role,
        responder_id=command.responder_id,
        assigned_by=command.actor.name,
        assigned_at=command.at,
    )
    return [*joined(incident, command.responder_id, command), assigned]


def hand_over_role(command: HandOverRole, incident: Incident) -> list[IncidentEvent]:
    """Pass a role on: its holder, the commander or an admin may.

    Raises: RoleNotHeld, NotTheCommander.
    """
    incident_id = live(incident)
    holder = incident.roles.get(command.role)
    if holder is None:
        raise RoleNotHeld(f"Nobody is {command.role}: assign the role.", allowed=["assign_role"])
    if holder == command.to_responder_id:
        return []
    commander = incident.roles.get(Role.COMMANDER)
    if not command.actor.is_admin and command.actor.responder_id not in {holder, commander}:
        who = f"{commander} is commander" if commander else "nobody is commander yet"
        raise NotTheCommander(
            f"Only {holder}, who is {command.role}, or the commander hands this role over; {who}.",
            holder=holder,
            commander=commander,
            allowed=[] if commander else ["assign_role"],
        )
    handed_over = RoleHandedOver(
        incident_id=incident_id,
        role=command.role,
        from_responder_id=holder,
        to_responder_id=command.to_responder_id,
        handed_over_by=command.actor.name,
        handed_over_at=command.at,
    )
    return [*joined(incident, command.to_responder_id, command), handed_over]
