"""Absence state, folded from its events: when one person is away, and who says so."""

from dataclasses import dataclass, field, replace
from typing import assert_never

from events.absence.events import (
    Absence,
    AbsenceEntered,
    AbsenceEvent,
    AbsenceImported,
    AbsenceRemoved,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absences:
    """The absences of one person: those entered by hand, and those of each calendar."""

    entered: tuple[Absence, ...] = ()
    calendars: dict[str, tuple[Absence, ...]] = field(default_factory=dict)


INITIAL = Absences()


def evolve(absences: Absences, event: AbsenceEvent) -> Absences:
    """Return the absences after the event; never refuses."""
    match event:
        case AbsenceEntered():
            return replace(absences, entered=(*absences.entered, event.absence))
        case AbsenceImported():
            others = {
                name: one for name, one in absences.calendars.items() if name != event.calendar
            }
            kept = others | ({event.calendar: event.absences} if event.absences else {})
            return replace(absences, calendars=kept)
        case AbsenceRemoved():
            gone = event.absence_id
            left = tuple(one for one in absences.entered if one.absence_id != gone)
            return replace(absences, entered=left)
        case _:
            assert_never(event)
