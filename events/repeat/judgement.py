"""Repeat: whether a later incident is an earlier one again, as people judge it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition
from events.errors import NotFound, Unprocessable
from events.ids import IncidentId

RepeatId = NewType("RepeatId", str)


class RepeatNotFound(NotFound):
    """Nobody has judged whether the two incidents are one again."""


class RepeatRefused(Unprocessable):
    """An incident cannot be itself again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeRepeat:
    """Say that a later incident is an earlier one again, or that it is not."""

    repeat_id: RepeatId
    incident_id: IncidentId
    earlier_incident_id: IncidentId
    earlier_reference: str
    confirmed: bool
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatJudged:
    """The later incident is, from now on, the earlier one again, or is not."""

    repeat_id: RepeatId
    incident_id: IncidentId
    earlier_incident_id: IncidentId
    earlier_reference: str
    confirmed: bool  # False: they only look alike
    judged_by: str
    judged_at: datetime
    type: Literal["repeat.judged"] = "repeat.judged"


def repeat_of(incident_id: IncidentId, earlier: IncidentId) -> RepeatId:
    """Return what the pair is called."""
    return RepeatId(f"{incident_id}-{earlier}")


def require_two(command: JudgeRepeat) -> None:
    """Refuse one incident as its own repeat.

    Raises: RepeatRefused.
    """
    if command.incident_id == command.earlier_incident_id:
        raise RepeatRefused("An incident is not itself again: name an earlier one.")


repeat_decider = definition(JudgeRepeat, RepeatJudged, check=require_two)

AGGREGATE = Aggregate(noun="repeat", id=RepeatId, decider=repeat_decider, commands=JudgeRepeat)
