"""Timeline: every event of an incident, its pages and its alerts, one sentence each."""

from collections.abc import Hashable, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from events.incident.events import IncidentPhaseAdvanced, IncidentReopened
from events.incident.phases import Phase
from events.log.recorded import Recorded
from events.postmortem.events import POSTMORTEM_EVENTS
from projections.engine.authorship import author_of, occurred_at
from projections.engine.keys import incident_key, incident_of
from projections.engine.rows import Batch, Moment, Reader, Row, Rows, Table
from projections.incidents.board_list import containing
from projections.sentences import sentence_for

NAME: Final = "timeline"
VERSION: Final = 8  # raise it to rebuild from position 0
COMPLETE: Final = True  # an event of a type it does not know stops it


class TimelineEntry(Row, frozen=True, kw_only=True):
    """One thing that happened."""

    incident_id: UUID
    occurred_at: Moment  # as its author says
    recorded_at: Moment  # as the database says
    previous_at: Moment | None = None  # when the entry before occurred, None for the first
    phase: Phase = Phase.DETECTION  # that the incident was in, or came into
    type: str
    stream: str
    version: int  # of the stream
    sentence: str
    by: str | None  # who did it, where the event says so
    principal: str  # who authenticated
    via: str
    note_id: UUID | None = None  # the note it is about: its text is kept, and erased, elsewhere


class TimelineEnd(Row, frozen=True, kw_only=True):
    """Where an incident's timeline goes on."""

    incident_id: UUID
    phase: Phase = Phase.DETECTION
    occurred_at: Moment | None = None


class TimelineFilter(Struct, frozen=True, kw_only=True):
    """Which entries to show; what is None, or empty, leaves nothing out."""

    types: tuple[str, ...] = ()  # whole types, or their nouns: page, page.sent
    by: str | None = None  # a responder's id, an author or a principal
    via: str | None = None
    phase: Phase | None = None
    text: str | None = None  # a part of the sentence, in any case
    note_ids: Sequence[UUID] = ()  # notes that say the text
    unsearched: frozenset[str] = frozenset()  # types in whose sentences no text is looked for
    newest: bool = False  # the last ones, where there are more than are asked for


TIMELINE = Table(
    "timeline",
    "position",
    TimelineEntry,
    indexes={
        "incident": "(incident_id, position)",
    },
)
END = Table("timeline_end", "incident_id", TimelineEnd)
TABLES: Final = (TIMELINE, END)

CHOSEN: Final = """
where incident_id = $1 and position > $2
    and ($3::text[] is null or type = any ($3) or split_part(type, '.', 1) = any ($3))
    and ($4::text is null or by in ($4, 'responder:' || $4) or principal = $4)
    and ($5::text is null or via = $5)
    and ($6::text is null or phase = $6)
    and ($7::text is null or note_id = any ($8::uuid[])
        or sentence ilike $7 and type <> all ($10::text[]))
order by position {} limit $9
"""


async def read_timeline(
    reader: Reader,
    incident_id: UUID,
    after_position: int = 0,
    limit: int = 500,
    chosen: TimelineFilter | None = None,
) -> tuple[TimelineEntry, ...]:
    """Return at most `limit` of the chosen entries above `after_position`, oldest first."""
    wanted = chosen or TimelineFilter()
    rows = await TIMELINE.select(
        reader,
        CHOSEN.format("desc" if wanted.newest else "asc"),
        incident_id,
        after_position,
        list(wanted.types) or None,
        wanted.by,
        wanted.via,
        wanted.phase,
        None if wanted.text is None else containing(wanted.text),
        list(wanted.note_ids),
        limit,
        sorted(wanted.unsearched),
    )
    return tuple(reversed(rows) if wanted.newest else rows)


async def project(batch: Batch, tx: Rows) -> None:
    """Add the batch's entries; one that is there already stays as it is.

    What is written about the incident afterwards is none: it would tell of itself.
    """
    shown = [
        (recorded, incident_id)
        for recorded in batch
        if (incident_id := incident_of(recorded.event)) is not None
        and not isinstance(recorded.event, POSTMORTEM_EVENTS)
    ]
    if not shown:
        return
    ends = await tx.load(END, {incident_id for _, incident_id in shown})
    entries: list[TimelineEntry] = []
    newest: dict[Hashable, TimelineEntry] = {}
    for recorded, incident_id in shown:
        before = newest.get(incident_id) or ends.get(incident_id)
        if before is None:
            before = TimelineEnd(incident_id=incident_id)
        if recorded.position > before.position:
            newest[incident_id] = entry = entry_after(before, recorded)
            entries.append(entry)
    if entries:
        await tx.store(TIMELINE, entries)
        await tx.store(END, map(end_at, newest.values()))


def _phase_after(phase: Phase, event: object) -> Phase:
    match event:
        case IncidentPhaseAdvanced() | IncidentReopened():
            return event.phase
        case _:
            return phase


key_of = incident_key  # quarantined when an event cannot be applied


def end_at(entry: TimelineEntry) -> TimelineEnd:
    """Return where a timeline goes on whose last entry this is."""
    return TimelineEnd(
        incident_id=entry.incident_id,
        phase=entry.phase,
        occurred_at=entry.occurred_at,
        position=entry.position,
    )


def entry_after(before: TimelineEntry | TimelineEnd, recorded: Recorded[object]) -> TimelineEntry:
    """Return the entry for an event, which is the next one of that incident's timeline."""
    event = recorded.event
    return TimelineEntry(
        position=recorded.position,
        incident_id=before.incident_id,
        occurred_at=occurred_at(event) or recorded.recorded_at,
        recorded_at=recorded.recorded_at,
        previous_at=before.occurred_at,
        phase=_phase_after(before.phase, event),
        type=getattr(event, "type", ""),
        stream=recorded.stream,
        version=recorded.version,
        sentence=sentence_for(event),
        by=author_of(event),
        principal=recorded.metadata.principal,
        via=recorded.metadata.via,
        note_id=getattr(event, "note_id", None),
    )
