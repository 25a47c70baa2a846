"""Absence rules: a time to come that ends after it begins; a calendar is taken over as a whole."""

from datetime import timedelta
from typing import Final, assert_never

from events.absence.commands import (
    AbsenceCommand,
    EnterAbsence,
    ImportCalendar,
    RemoveAbsence,
)
from events.absence.events import (
    ABSENCE_EVENTS,
    Absence,
    AbsenceEntered,
    AbsenceEvent,
    AbsenceImported,
    AbsenceRemoved,
)
from events.absence.state import INITIAL, Absences, evolve
from events.aggregate import Aggregate
from events.decider import Decider
from events.errors import NotFound, Unprocessable
from events.ids import ResponderId

LONGEST: Final = timedelta(days=400)
MOST_ENTERED: Final = 500  # by hand
MOST_IN_A_CALENDAR: Final = 1_000  # an event takes 256 KiB
MOST_CALENDARS: Final = 10


class AbsenceNotFound(NotFound):
    """The person has no such absence that was entered by hand."""


class AbsenceRefused(Unprocessable):
    """Nobody can be away like this."""


def decide(command: AbsenceCommand, absences: Absences) -> list[AbsenceEvent]:
    """Return the facts this command leads to, none if it is already so."""
    match command:
        case EnterAbsence():
            return enter(command, absences)
        case ImportCalendar():
            return take_over(command, absences)
        case RemoveAbsence():
            return remove(command, absences)
        case _:
            assert_never(command)


def enter(command: EnterAbsence, absences: Absences) -> list[AbsenceEvent]:
    """Enter an absence, once.

    Raises: AbsenceRefused.
    """
    if any(one.absence_id == command.absence_id for one in absences.entered):
        return []
    if command.ends_at <= command.starts_at:
        raise AbsenceRefused(
            f"It ends {command.ends_at:%Y-%m-%d %H:%M} UTC, which is not after its start: give a"
            " later end.",
            field="ends_at",
        )
    if command.ends_at <= command.at:
        raise AbsenceRefused("It is over already: enter a time to come.", field="ends_at")
    if command.ends_at - command.starts_at > LONGEST:
        raise AbsenceRefused(
            f"It is longer than {LONGEST.days} days: take the person off the schedules instead.",
            field="ends_at",
        )
    to_come = [one for one in absences.entered if one.ends_at > command.at]
    if len(to_come) >= MOST_ENTERED:
        raise AbsenceRefused(
            f"{MOST_ENTERED} absences are entered: remove some, or import a calendar.",
            field="starts_at",
        )
    absence = Absence(
        absence_id=command.absence_id, starts_at=command.starts_at, ends_at=command.ends_at
    )
    return [
        AbsenceEntered(
            responder_id=command.responder_id,
            absence=absence,
            entered_by=command.actor.name,
            entered_at=command.at,
        )
    ]


def take_over(command: ImportCalendar, absences: Absences) -> list[AbsenceEvent]:
    """Take over what a calendar says; one that says nothing is none.

    Raises: AbsenceRefused.
    """
    before = absences.calendars.get(command.calendar, ())
    if before == command.absences:
        return []
    if len(command.absences) > MOST_IN_A_CALENDAR:
        raise AbsenceRefused(
            f"{len(command.absences)} absences are too many for one calendar: at most"
            f" {MOST_IN_A_CALENDAR}.",
            field="calendar",
        )
    if not before and len(absences.calendars) >= MOST_CALENDARS:
        raise AbsenceRefused(
            f"{MOST_CALENDARS} calendars are imported: empty one of them first.", field="calendar"
        )
    return [
        AbsenceImported(
            responder_id=command.responder_id,
            calendar=command.calendar,
            absences=command.absences,
            imported_by=command.actor.name,
            imported_at=command.at,
        )
    ]


def remove(command: RemoveAbsence, absences: Absences) -> list[AbsenceEvent]:
    """Remove an absence that was entered by hand.

    Raises: AbsenceNotFound.
    """
    if not any(one.absence_id == command.absence_id for one in absences.entered):
        raise AbsenceNotFound(
            f"{command.responder_id} has no absence {command.absence_id} entered by hand: one of a"
            " calendar is removed there, and imported again."
        )
    return [
        AbsenceRemoved(
            responder_id=command.responder_id,
            absence_id=command.absence_id,
            removed_by=command.actor.name,
            removed_at=command.at,
        )
    ]


absence_decider: Decider[AbsenceCommand, Absences, AbsenceEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=ABSENCE_EVENTS
)

AGGREGATE = Aggregate(
    noun="absence", id=ResponderId, decider=absence_decider, commands=AbsenceCommand
)
