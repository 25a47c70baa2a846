"""Commander replacement: in place of an incident commander who does not answer."""

from datetime import timedelta
from typing import Final

from events.errors import CommanderPresent, NotTheCommander
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.require import explained
from events.incident.roles.authority import ReservedAction, kept_apart, overridden
from events.incident.roles.commands import (
    ReplaceCommander,
)
from events.incident.roles.events import Role
from events.incident.roles.rules import (
    held,
    joined,
    passed_on,
)
from events.incident.state import Incident

SILENCE: Final = timedelta(minutes=15)  # as long as a page may wait for its answer


def replace_commander(command: ReplaceCommander, incident: Incident) -> list[IncidentEvent]:
    """Replace an incident commander who was silent too long; an admin need not wait.

    Raises: RoleNotHeld, NotTheCommander, ReasonRequired, CommanderPresent, RolesConflict.
    """
    commander = held(Role.COMMANDER, incident)
    person = command.actor.responder_id
    if person is None:
        raise NotTheCommander(
            "This API key acts for no responder: name one, or hand the role over to one.",
            commander=commander,
            allowed=["hand_over_role"],
        )
    if person == commander:
        return []
    reason = explained(command.reason, f"Say why {commander} is not incident commander any more.")
    if not command.actor.is_admin:
        _silent_long_enough(command, incident)
    forced = kept_apart(Role.COMMANDER, person, command, incident)
    return [
        *joined(incident, person, command),
        *forced,
        *overridden(ReservedAction.COMMAND, command, reason, incident),
        passed_on(Role.COMMANDER, commander, person, command, incident),
    ]


def _silent_long_enough(command: ReplaceCommander, incident: Incident) -> None:
    seen = incident.staffing.commander_seen_at
    if seen is None or command.at >= seen + SILENCE:
        return
    free_at = seen + SILENCE
    raise CommanderPresent(
        f"{incident.staffing.commander} was last active at {seen:%H:%M:%S} UTC and can be replaced "
        f"as incident commander from {free_at:%H:%M:%S} UTC on, by an admin at once.",
        take_over_at=free_at.isoformat(),
        allowed=["offer_role"],
    )


RULES: Rules = {
    ReplaceCommander: replace_commander,
}
