"""Authority of the incident commander: reserved actions, and who else may do them."""

from enum import StrEnum
from typing import Final, Protocol

from events.errors import RolesConflict
from events.ids import ResponderId
from events.incident.events import IncidentEvent
from events.incident.grammar import Given
from events.incident.require import explained, led_by_the_actor, live
from events.incident.roles.events import IncidentCommanderOverridden, Role, spoken
from events.incident.state import Incident
from events.response_policy.policy import Authority
from events.values.severity import Severity

APART = frozenset({Role.COMMANDER, Role.OPERATIONS})  # two people on a SEV1


class Forcible(Given, Protocol):
    """A command that may be forced, with a reason."""

    @property
    def force(self) -> bool: ...  # noqa: D102
    @property
    def reason(self) -> str | None: ...  # noqa: D102


class ReservedAction(StrEnum):
    """Reserved for the incident commander and done by somebody else, or a rule of roles forced."""

    RESOLUTION = "resolution"
    SEVERITY = "severity"
    ROLES = "roles"
    DECLINE = "decline"
    CLOSURE = "closure"
    COMMAND = "command"  # the incident commander was replaced
    TWO_PEOPLE = "two_people"  # commander and operations were to be two people


DOES: Final[dict[ReservedAction, str]] = {
    ReservedAction.RESOLUTION: "declares the incident resolved",
    ReservedAction.SEVERITY: "changes the severity after triage",
    ReservedAction.ROLES: "assigns roles to others",
    ReservedAction.DECLINE: "declines the incident",
    ReservedAction.CLOSURE: "closes the incident",
}


def commander_only(
    action: ReservedAction, command: Given, reason: str | None, incident: Incident
) -> list[IncidentEvent]:
    """Let the incident commander do it, and others as the policy says; then the log says so.

    Where nobody commands, an action is reserved for nobody, but for the resolution: that is an
    incident commander's word also then, and an admin who gives it says why.
    Raises: NotTheCommander, ReasonRequired (an admin in their place).
    """
    commander, actor = incident.roles.get(Role.COMMANDER), command.actor
    if incident.policy is None or (commander and actor.responder_id == commander):
        return []
    if commander is None and action is not ReservedAction.RESOLUTION:
        return []
    if incident.policy.policy.authority is Authority.STRICT:
        if not actor.is_admin:
            led_by_the_actor(actor, incident, DOES[action])
        standing = (
            f"{commander} is incident commander"
            if commander
            else "It is the incident commander's word"
        )
        reason = explained(reason, f"{standing}: say why you do it in their place.")
    return overridden(action, command, reason, incident)


def overridden(
    action: ReservedAction, command: Given, reason: str | None, incident: Incident
) -> list[IncidentEvent]:
    """Return the fact that a reserved action was done by somebody else."""
    return [
        IncidentCommanderOverridden(
            incident_id=live(incident),
            action=action,
            commander=incident.roles.get(Role.COMMANDER),
            reason=reason,
            overridden_by=command.actor.name,
            overridden_at=command.at,
        )
    ]


def kept_apart(
    role: str, person: ResponderId, command: Forcible, incident: Incident
) -> list[IncidentEvent]:
    """Keep command and operations two people on a SEV1, unless it is forced with a reason.

    Raises: RolesConflict, ReasonRequired.
    """
    others = [other for other in APART - {role} if incident.roles.get(other) == person]
    if role not in APART or not others or incident.severity is not Severity.SEV1:
        return []
    if command.force:
        reason = explained(command.reason, "Say why one person must hold both roles.")
        return overridden(ReservedAction.TWO_PEOPLE, command, reason, incident)
    raise RolesConflict(
        f"{person} is {spoken(others[0])}: on a SEV1 that is somebody else than the {spoken(role)};"
        " choose another person, or force it with a reason.",
        holder=person,
        allowed=["assign_role", "offer_role"],
    )
