"""The timeline: every event of an incident, its pages and its alerts, as one sentence each."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events.log.recorded import Recorded
from projections.keys import incident_key, incident_of
from projections.occurrence import author_of, occurred_at
from projections.rows import Batch, Connection, Moment, Rows, Table
from projections.sentences import sentence_for

NAME: Final = "timeline"
VERSION: Final = 2  # raise it to rebuild from position 0
TABLES: Final = ("timeline",)
COMPLETE: Final = True  # an event of a type it does not know stops it


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One thing that happened."""

    position: int
    incident_id: UUID
    occurred_at: Moment  # as its author says
    recorded_at: Moment  # as the database says
    type: str
    stream: str
    version: int  # of the stream
    sentence: str
    by: str | None  # who did it, where the event says so
    principal: str  # who authenticated
    via: str


TIMELINE = Table("timeline", "position", TimelineEntry)


async def read_timeline(
    connection: Connection, incident_id: UUID, after_position: int = 0, limit: int = 500
) -> tuple[TimelineEntry, ...]:
    """Return at most `limit` entries above `after_position`, oldest first."""
    rows = await TIMELINE.select(
        connection,
        "where incident_id = $1 and position > $2 order by position limit $3",
        incident_id,
        after_position,
        limit,
    )
    return tuple(rows)


async def project(batch: Batch, tx: Rows) -> None:
    """Add the batch's entries; one that is there already stays as it is."""
    entries = [entry for entry in map(entry_for, batch) if entry is not None]
    if entries:
        await tx.store(TIMELINE, entries)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return the incident that is parked when the event cannot be applied."""
    return incident_key(recorded)


def entry_for(recorded: Recorded[object]) -> TimelineEntry | None:
    """Return the timeline's entry for an event, None for one that is about no incident."""
    event = recorded.event
    incident_id = incident_of(event)
    if incident_id is None:
        return None
    return TimelineEntry(
        position=recorded.position,
        incident_id=incident_id,
        occurred_at=occurred_at(event) or recorded.recorded_at,
        recorded_at=recorded.recorded_at,
        type=getattr(event, "type", ""),
        stream=recorded.stream,
        version=recorded.version,
        sentence=sentence_for(event),
        by=author_of(event),
        principal=recorded.metadata.principal,
        via=recorded.metadata.via,
    )
