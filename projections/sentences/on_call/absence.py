"""Absence sentences: who is away, and who said so."""

from events.absence.events import AbsenceEntered, AbsenceImported, AbsenceRemoved
from projections.sentences.words import clock, counted, person, words


@words.register
def _(event: AbsenceEntered) -> str:
    begins, ends = clock(event.absence.starts_at), clock(event.absence.ends_at)
    who = person(event.entered_by)
    return f"{who} entered that {event.responder_id} is away from {begins} until {ends}"


@words.register
def _(event: AbsenceImported) -> str:
    what = counted(len(event.absences), "absence")
    who = person(event.imported_by)
    return f"{who} took over {what} of {event.responder_id} from calendar {event.calendar}"


@words.register
def _(event: AbsenceRemoved) -> str:
    return f"{person(event.removed_by)} removed an absence of {event.responder_id}"
