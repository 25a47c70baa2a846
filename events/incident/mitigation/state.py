"""Mitigation action state, folded from the incident's events."""

from dataclasses import dataclass, replace
from datetime import datetime

from events.incident.mitigation.events import (
    MitigationActionEnded,
    MitigationActionStarted,
    MitigationKind,
    MitigationOutcome,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MitigationAction:
    """One thing that was tried."""

    number: int
    kind: MitigationKind
    description: str
    started_by: str
    started_at: datetime
    outcome: MitigationOutcome | None = None  # None while it runs
    comment: str = ""
    ended_by: str | None = None
    ended_at: datetime | None = None  # of the newest outcome


type MitigationActions = tuple[MitigationAction, ...]


def action_numbered(actions: MitigationActions, number: int) -> MitigationAction | None:
    """Return the action with this number, None if there is none."""
    return next((action for action in actions if action.number == number), None)


def actions_after(actions: MitigationActions, event: object) -> MitigationActions:
    """Return the actions after any event of the incident; never refuses."""
    match event:
        case MitigationActionStarted():
            started = MitigationAction(
                number=event.number,
                kind=event.kind,
                description=event.description,
                started_by=event.started_by,
                started_at=event.started_at,
            )
            return (*actions, started)
        case MitigationActionEnded():
            return tuple(
                _ended(action, event) if action.number == event.number else action
                for action in actions
            )
        case _:
            return actions


def _ended(action: MitigationAction, event: MitigationActionEnded) -> MitigationAction:
    return replace(
        action,
        outcome=event.outcome,
        comment=event.comment,
        ended_by=event.ended_by,
        ended_at=event.ended_at,
    )
