"""What is the commander's to do, who may do it in their place, and who may be both at once."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from events.actor import Actor
from events.errors import RolesConflict
from events.ids import ResponderId
from events.incident.events import IncidentEvent
from events.incident.phases import Role
from events.incident.require import explained, led_by_the_actor, live
from events.incident.roles.events import DutyBypassed
from events.incident.state import Incident
from events.response_policy.policy import Duties
from events.severity import Severity

APART = frozenset({Role.COMMANDER, Role.OPERATIONS})  # two people on a SEV1


class Given(Protocol):
    """Any command, for who gave it and when."""

    @property
    def actor(self) -> Actor: ...  # noqa: D102
    @property
    def at(self) -> datetime: ...  # noqa: D102


class Forcible(Given, Protocol):
    """A command that may be forced, with a reason."""

    @property
    def force(self) -> bool: ...  # noqa: D102
    @property
    def reason(self) -> str | None: ...  # noqa: D102


class Duty(StrEnum):
    """What somebody else than the commander did, or which rule of the roles was forced."""

    RESOLUTION = "resolution"
    SEVERITY = "severity"
    ROLES = "roles"
    DECLINE = "decline"
    CLOSURE = "closure"
    COMMAND = "command"  # the commander was replaced
    TWO_PEOPLE = "two_people"  # commander and operations were to be two people


DOES: Final[dict[Duty, str]] = {
    Duty.RESOLUTION: "declares the incident resolved",
    Duty.SEVERITY: "changes the severity after triage",
    Duty.ROLES: "gives out roles",
    Duty.DECLINE: "declines the incident",
    Duty.CLOSURE: "closes the incident",
}


def on_duty(
    duty: Duty, command: Given, reason: str | None, incident: Incident
) -> list[IncidentEvent]:
    """Let the commander do it, and others as the incident's policy says; then the log says so.

    Where nobody commands, a duty is nobody's, but for the resolution: that is a commander's word
    also then, and an admin who gives it says why.
    Raises: NotTheCommander, ReasonRequired (an admin in the commander's place).
    """
    commander, actor = incident.roles.get(Role.COMMANDER), command.actor
    if incident.policy is None or (commander and actor.responder_id == commander):
        return []
    if commander is None and duty is not Duty.RESOLUTION:
        return []
    if incident.policy.policy.duties is Duties.STRICT:
        if not actor.is_admin:
            led_by_the_actor(actor, incident, DOES[duty])
        whose = f"{commander} is commander" if commander else "It is a commander's word"
        reason = explained(reason, f"{whose}: say why you do it in their place.")
    return bypassed(duty, command, reason, incident)


def bypassed(
    duty: Duty, command: Given, reason: str | None, incident: Incident
) -> list[IncidentEvent]:
    """Return the fact that a duty was not done by whose it is."""
    return [
        DutyBypassed(
            incident_id=live(incident),
            duty=duty,
            commander=incident.roles.get(Role.COMMANDER),
            reason=reason,
            bypassed_by=command.actor.name,
            bypassed_at=command.at,
        )
    ]


def kept_apart(
    role: str, person: ResponderId, command: Forcible, incident: Incident
) -> list[IncidentEvent]:
    """Keep commander and operations two people on a SEV1, unless it is forced with a reason.

    Raises: RolesConflict, ReasonRequired.
    """
    others = [one for one in APART - {role} if incident.roles.get(one) == person]
    if role not in APART or not others or incident.severity is not Severity.SEV1:
        return []
    if command.force:
        reason = explained(command.reason, "Say why one person must hold both roles.")
        return bypassed(Duty.TWO_PEOPLE, command, reason, incident)
    raise RolesConflict(
        f"{person} is {others[0]}: on a SEV1 that is somebody else than the {role}; "
        "choose another person, or force it with a reason.",
        holder=person,
        allowed=["assign_role", "offer_role"],
    )
