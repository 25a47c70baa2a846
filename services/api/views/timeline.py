"""Timeline views: sentences, who and how, and the spans between moments."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from events.incident.phases import Phase
from events.incident.timestamps.names import Timestamp
from projections.communication.notes import NoteRow
from projections.incidents.board import BoardRow
from projections.incidents.timeline import TimelineEntry
from services.api.http.formats import Names, Position, View
from services.markdown import rendered

type Seconds = Annotated[float, Field(description="By the clocks of those who did it.")]


class NoteInTimeline(View):
    """Current text of a note; none if it was retracted."""

    note_id: UUID
    text: str
    html: str
    pinned: bool
    retracted: bool


class TimelineEntryView(View):
    """One thing that happened."""

    position: Position
    occurred_at: datetime
    recorded_at: datetime
    since_declared_seconds: Annotated[
        float, Field(description="Negative for what was before the declaration.")
    ]
    since_previous_seconds: Annotated[
        float | None, Field(description="Since the entry before, also one that is filtered out.")
    ]
    phase: Phase
    type: str
    sentence: str
    by: str | None
    principal: str
    via: str
    note: Annotated[NoteInTimeline | None, Field(description="The note it is about, if any.")]


class TimestampView(View):
    """A moment that durations are measured between."""

    timestamp: Timestamp
    at: datetime
    since_declared_seconds: float
    since_previous_seconds: Annotated[
        float | None, Field(description="Since the timestamp before; null for the first.")
    ]


class TimelineView(View):
    """A part of the timeline, oldest first; go on after the last position."""

    timestamps: list[TimestampView]
    entries: list[TimelineEntryView]
    names: Names
    next_after: Annotated[str | None, Field(description="Null at the end, for now.")]


def timestamps_of(row: BoardRow) -> list[TimestampView]:
    """Return the incident's moments that have come, in the order they came."""
    known = {
        Timestamp.BEGAN: row.began_at,
        Timestamp.DETECTED: row.detected_at or row.declared_at,
        Timestamp.DECLARED: row.declared_at,
        Timestamp.ACKNOWLEDGED: row.acknowledged_at,
        Timestamp.MITIGATED: row.mitigated_at,
        Timestamp.RESOLVED: row.resolved_at,
    }
    came = sorted(
        ((at, timestamp) for timestamp, at in known.items() if at), key=lambda one: one[0]
    )
    return [
        TimestampView(
            timestamp=timestamp,
            at=at,
            since_declared_seconds=(at - row.declared_at).total_seconds(),
            since_previous_seconds=(at - came[number - 1][0]).total_seconds() if number else None,
        )
        for number, (at, timestamp) in enumerate(came)
    ]


async def entry_views(
    entries: Sequence[TimelineEntry], row: BoardRow, notes: Mapping[Hashable, NoteRow]
) -> list[TimelineEntryView]:
    """Return entries, each with the note it is about."""
    html = await rendered([note.text for note in notes.values()])
    shown = {key: _note(note, html[note.text]) for key, note in notes.items()}
    return [_entry(one, row, shown.get(one.note_id) if one.note_id else None) for one in entries]


def _entry(entry: TimelineEntry, row: BoardRow, note: NoteInTimeline | None) -> TimelineEntryView:
    previous = entry.previous_at
    return TimelineEntryView(
        position=entry.position,
        occurred_at=entry.occurred_at,
        recorded_at=entry.recorded_at,
        since_declared_seconds=(entry.occurred_at - row.declared_at).total_seconds(),
        since_previous_seconds=(entry.occurred_at - previous).total_seconds() if previous else None,
        phase=entry.phase,
        type=entry.type,
        sentence=entry.sentence,
        by=entry.by,
        principal=entry.principal,
        via=entry.via,
        note=note,
    )


def _note(row: NoteRow, html: str) -> NoteInTimeline:
    return NoteInTimeline(
        note_id=row.note_id,
        text=row.text,
        html=html,
        pinned=row.pinned_at is not None,
        retracted=row.retracted_at is not None,
    )
