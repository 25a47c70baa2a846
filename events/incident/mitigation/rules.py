"""Mitigation action rules: begun, ended with an outcome, perhaps reverted."""

from events.errors import MitigationActionNotFound, MitigationActionReverted
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.mitigation.commands import (
    EndMitigationAction,
    StartMitigationAction,
)
from events.incident.mitigation.events import (
    MitigationActionEnded,
    MitigationActionStarted,
    MitigationOutcome,
)
from events.incident.mitigation.state import action_numbered
from events.incident.require import explained, live
from events.incident.state import Incident


def start_mitigation_action(
    command: StartMitigationAction, incident: Incident
) -> list[IncidentEvent]:
    """Record that something is being done; nothing if just this is being done already.

    Raises: ReasonRequired.
    """
    incident_id = live(incident)
    description = explained(command.description, "Say what exactly is done.")
    running = (action for action in incident.actions if action.outcome is None)
    if any(
        (action.kind, action.description) == (command.action, description) for action in running
    ):
        return []
    return [
        MitigationActionStarted(
            incident_id=incident_id,
            number=len(incident.actions) + 1,
            kind=command.action,
            description=description,
            started_by=command.actor.name,
            started_at=command.at,
        )
    ]


def end_mitigation_action(command: EndMitigationAction, incident: Incident) -> list[IncidentEvent]:
    """Record what came of an action.

    Raises: MitigationActionNotFound, MitigationActionReverted.
    """
    incident_id = live(incident)
    action = action_numbered(incident.actions, command.number)
    if action is None:
        raise MitigationActionNotFound(
            f"{incident.reference} has {len(incident.actions)} mitigation actions, counted from 1:"
            f" there is no number {command.number}.",
            allowed=["start_mitigation_action"],
        )
    if action.outcome is command.outcome:
        return []
    if action.outcome is MitigationOutcome.REVERTED:
        raise MitigationActionReverted(
            f"Action {command.number} was reverted, and that is its end: start another one.",
            allowed=["start_mitigation_action"],
        )
    return [
        MitigationActionEnded(
            incident_id=incident_id,
            number=action.number,
            kind=action.kind,
            outcome=command.outcome,
            comment=command.comment,
            ended_by=command.actor.name,
            ended_at=command.at,
        )
    ]


RULES: Rules = {
    StartMitigationAction: start_mitigation_action,
    EndMitigationAction: end_mitigation_action,
}
