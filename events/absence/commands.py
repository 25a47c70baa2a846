"""Absence commands: say that somebody is away, or is there after all, or what a calendar says."""

from dataclasses import dataclass
from datetime import datetime

from events.absence.events import Absence
from events.actor import Actor
from events.ids import AbsenceId, ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterAbsence:
    """Say that a person will be away for a while."""

    responder_id: ResponderId
    absence_id: AbsenceId
    starts_at: datetime
    ends_at: datetime  # exclusive
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCalendar:
    """Take over what a calendar says; what the same calendar said before counts no more."""

    responder_id: ResponderId
    calendar: str  # its name among the person's
    absences: tuple[Absence, ...]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAbsence:
    """Say that a person will be there after all."""

    responder_id: ResponderId
    absence_id: AbsenceId
    actor: Actor
    at: datetime


type AbsenceCommand = EnterAbsence | ImportCalendar | RemoveAbsence
