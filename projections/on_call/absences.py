"""Absences of people: one row for each person, none for whoever was forgotten."""

from collections.abc import Hashable, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.absence.events import Absence, AbsenceEntered, AbsenceImported, AbsenceRemoved
from events.ids import ResponderId
from events.log.recorded import Recorded
from events.on_call.reports.conflicts import Away
from events.subject.events import SubjectForgotten
from projections.engine.keys import stream_key
from projections.engine.rows import Batch, Moment, Reader, Row, Rows, Table, fold

NAME: Final = "absences"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class AbsenceEntry(Struct, frozen=True, kw_only=True):
    """Time in which somebody is away."""

    absence_id: UUID
    calendar: str | None  # None: entered by hand
    starts_at: Moment
    ends_at: Moment


class AbsencesRow(Row, frozen=True, kw_only=True):
    """The absences of one person."""

    responder_id: str
    absences: tuple[AbsenceEntry, ...] = ()
    forgotten: bool = False
    version: int


STREAMS: Final = "select unnest(array['absence-', 'subject-']) || t.responder_id"
ABSENCES = Table("absence", "responder_id", AbsencesRow, STREAMS)
TABLES: Final = (ABSENCES,)


async def absences_of(reader: Reader, responder_id: str) -> tuple[AbsenceEntry, ...]:
    """Return when one person is away, by when it begins."""
    rows = await ABSENCES.select(reader, "where responder_id = $1", responder_id)
    found = [entry for row in rows for entry in row.absences]
    return tuple(sorted(found, key=lambda one: one.starts_at))


async def away(
    reader: Reader, people: Sequence[str], begin: Moment, end: Moment
) -> tuple[Away, ...]:
    """Return when these people are away between two instants."""
    rows = await ABSENCES.select(reader, "where responder_id = any($1)", list(people))
    return tuple(
        Away(
            responder_id=ResponderId(row.responder_id),
            absence_id=str(entry.absence_id),
            starts_at=entry.starts_at,
            ends_at=entry.ends_at,
        )
        for row in rows
        for entry in row.absences
        if entry.starts_at < end and entry.ends_at > begin
    )


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the absences of everybody whom the batch names up to date."""
    await fold(ABSENCES, tx, batch, person_of, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return whose absences are quarantined when the event cannot be applied."""
    return stream_key(recorded, "absence", "subject")


def person_of(event: object) -> tuple[str, ...]:
    """Return whose absences an event is about."""
    match event:
        case AbsenceEntered() | AbsenceImported() | AbsenceRemoved():
            return (event.responder_id,)
        case SubjectForgotten():
            return (event.subject_id,)
        case _:
            return ()


def evolve(
    row: AbsencesRow | None, recorded: Recorded[object], key: Hashable
) -> AbsencesRow | None:
    """Return somebody's absences after the event."""
    event = recorded.event
    if isinstance(event, SubjectForgotten):
        return AbsencesRow(responder_id=str(key), forgotten=True, version=recorded.version)
    row = row or AbsencesRow(responder_id=str(key), version=recorded.version)
    if row.forgotten:
        return row
    match event:
        case AbsenceEntered(absence=absence):
            entries = (*row.absences, _entry(absence, None))
        case AbsenceImported():
            others = (one for one in row.absences if one.calendar != event.calendar)
            entries = (*others, *(_entry(one, event.calendar) for one in event.absences))
        case AbsenceRemoved():
            gone = event.absence_id
            entries = tuple(one for one in row.absences if one.absence_id != gone)
        case _:
            return row
    return replace(row, absences=entries, version=recorded.version)


def _entry(absence: Absence, calendar: str | None) -> AbsenceEntry:
    return AbsenceEntry(
        absence_id=absence.absence_id,
        calendar=calendar,
        starts_at=absence.starts_at,
        ends_at=absence.ends_at,
    )
