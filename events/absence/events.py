"""Absence events: entered, imported from a calendar, removed. Why somebody is away is not kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import AbsenceId, ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Time in which a person is away."""

    absence_id: AbsenceId
    starts_at: datetime
    ends_at: datetime  # exclusive


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceEntered:
    """A person will be away for a while."""

    responder_id: ResponderId
    absence: Absence
    entered_by: str
    entered_at: datetime
    type: Literal["absence.entered"] = "absence.entered"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceImported:
    """A calendar says when a person is away; it says nothing else any more."""

    responder_id: ResponderId
    calendar: str
    absences: tuple[Absence, ...]
    imported_by: str
    imported_at: datetime
    type: Literal["absence.imported"] = "absence.imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceRemoved:
    """A person will be there after all."""

    responder_id: ResponderId
    absence_id: AbsenceId
    removed_by: str
    removed_at: datetime
    type: Literal["absence.removed"] = "absence.removed"


type AbsenceEvent = AbsenceEntered | AbsenceImported | AbsenceRemoved

ABSENCE_EVENTS: tuple[type, ...] = (AbsenceEntered, AbsenceImported, AbsenceRemoved)
