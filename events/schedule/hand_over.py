"""Hand-over note: what the person who goes off call leaves to whoever comes on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.ids import ResponderId, ScheduleId


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHandOver:
    """Write down what whoever is on call next should know; a further note stands beside it."""

    schedule_id: ScheduleId
    responder_id: ResponderId
    text: str
    shift_at: datetime | None  # any time of the shift; None: the one they are or were last on
    manages: bool  # the actor may write for others
    gone: tuple[tuple[ResponderId, datetime], ...]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleHandOverNoted:
    """Somebody wrote down what whoever is on call after them should know."""

    schedule_id: ScheduleId
    responder_id: ResponderId  # who goes off call
    text: str
    shift_starts_at: datetime  # of the shift it is about
    shift_ends_at: datetime
    notify_ids: tuple[ResponderId, ...]  # who is on call after it, as far as is known
    noted_by: str
    noted_at: datetime
    type: Literal["schedule.hand_over_noted"] = "schedule.hand_over_noted"
