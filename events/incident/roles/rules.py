"""Role rules: adding responders, assigning, handing over and unassigning roles."""

from events.actor import Actor
from events.errors import NotTheCommander, RoleHeld, RoleNotHeld
from events.ids import ResponderId
from events.incident.events import IncidentEvent
from events.incident.grammar import Given, Rules
from events.incident.require import explained, live, still_in
from events.incident.roles.authority import (
    ReservedAction,
    commander_only,
    kept_apart,
    overridden,
)
from events.incident.roles.commands import AddResponder, AssignRole, HandOverRole, UnassignRole
from events.incident.roles.events import (
    ResponderJoined,
    Role,
    RoleAssigned,
    RoleHandedOver,
    RoleUnassigned,
    spoken,
)
from events.incident.state import Incident
from events.incident.watch.rules import filled


def joined(incident: Incident, responder_id: ResponderId, command: Given) -> list[IncidentEvent]:
    """Return the fact that the responder joined, nothing if they are in already.

    Raises: RemovedFromIncident, for somebody who would let themselves in again.
    """
    if responder_id in incident.responders:
        return []
    if responder_id == command.actor.responder_id:
        still_in(responder_id, incident)
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

    Raises: RoleHeld, RolesConflict.
    """
    incident_id = live(incident)
    holder = incident.roles.get(command.role)
    if holder == command.responder_id:
        return []
    if holder is not None:
        raise RoleHeld(
            f"{holder} is {spoken(command.role)}: hand the role over instead.",
            holder=holder,
            allowed=["hand_over_role"],
        )
    taking = command.actor.responder_id == command.responder_id
    instead = (
        [] if taking else commander_only(ReservedAction.ROLES, command, command.reason, incident)
    )
    forced = kept_apart(command.role, command.responder_id, command, incident)
    assigned = RoleAssigned(
        incident_id=incident_id,
        role=command.role,
        responder_id=command.responder_id,
        assigned_by=command.actor.name,
        assigned_at=command.at,
    )
    return [
        *joined(incident, command.responder_id, command),
        *instead,
        *forced,
        assigned,
        *filled(command.role, incident, command),
    ]


def hand_over_role(command: HandOverRole, incident: Incident) -> list[IncidentEvent]:
    """Pass a role on at once: its holder, the incident commander or an admin with a reason may.

    Raises: RoleNotHeld, NotTheCommander, ReasonRequired, RolesConflict.
    """
    holder = held(command.role, incident)
    if holder == command.to_responder_id:
        return []
    instead = in_their_place(command, holder, incident)
    forced = kept_apart(command.role, command.to_responder_id, command, incident)
    return [
        *joined(incident, command.to_responder_id, command),
        *instead,
        *forced,
        passed_on(command.role, holder, command.to_responder_id, command, incident),
    ]


def unassign_role(command: UnassignRole, incident: Incident) -> list[IncidentEvent]:
    """Unassign a role: its holder, the incident commander or an admin with a reason may.

    Raises: NotTheCommander, ReasonRequired.
    """
    incident_id = live(incident)
    holder = incident.roles.get(command.role)
    if holder is None:
        return []
    return [
        *in_their_place(command, holder, incident),
        RoleUnassigned(
            incident_id=incident_id,
            role=command.role,
            responder_id=holder,
            reason=command.reason,
            unassigned_by=command.actor.name,
            unassigned_at=command.at,
        ),
    ]


def held(role: str, incident: Incident) -> ResponderId:
    """Return who holds the role.

    Raises: IncidentNotFound, IncidentEnded, RoleNotHeld.
    """
    live(incident)
    holder = incident.roles.get(role)
    if holder is None:
        raise RoleNotHeld(f"Nobody is {spoken(role)}: assign the role.", allowed=["assign_role"])
    return holder


def disposed_of_by(actor: Actor, role: str, holder: ResponderId, incident: Incident) -> None:
    """Let the role's holder pass, the incident commander and an admin.

    Raises: NotTheCommander.
    """
    commander = incident.roles.get(Role.COMMANDER)
    if actor.is_admin or actor.responder_id in {holder, commander} - {None}:
        return
    who = f"{commander} is incident commander" if commander else "nobody is incident commander yet"
    raise NotTheCommander(
        f"Only {holder}, who is {spoken(role)}, or the incident commander hands this role over;"
        f" {who}.",
        holder=holder,
        commander=commander,
        allowed=[] if commander else ["assign_role"],
    )


def in_their_place(
    command: HandOverRole | UnassignRole, holder: ResponderId, incident: Incident
) -> list[IncidentEvent]:
    """Let the role's holder and the incident commander pass; an admin says why, and the log so.

    Raises: NotTheCommander, ReasonRequired.
    """
    disposed_of_by(command.actor, command.role, holder, incident)
    commander = incident.roles.get(Role.COMMANDER)
    if incident.policy is None or command.actor.responder_id in {holder, commander} - {None}:
        return []
    ask = f"{holder} is {spoken(command.role)}: say why you do it in their place."
    return overridden(ReservedAction.ROLES, command, explained(command.reason, ask), incident)


def passed_on(
    role: str, holder: ResponderId, taker: ResponderId, command: Given, incident: Incident
) -> RoleHandedOver:
    """Return the fact that a role went from one person to another."""
    return RoleHandedOver(
        incident_id=live(incident),
        role=role,
        from_responder_id=holder,
        to_responder_id=taker,
        handed_over_by=command.actor.name,
        handed_over_at=command.at,
    )


RULES: Rules = {
    AddResponder: add_responder,
    AssignRole: assign_role,
    HandOverRole: hand_over_role,
    UnassignRole: unassign_role,
}
