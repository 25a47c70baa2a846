"""Sightings of private incidents: who read which, once for each person and hour."""

from typing import Final
from uuid import UUID

from events.log.recorded import Recorded
from events.sighting.events import SightingRecorded
from projections.engine.cursors import ListPart, part_of, place_of
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Moment, Reader, Row, Rows, Table

NAME: Final = "sightings"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class SightingRow(Row, frozen=True, kw_only=True):
    """One person who read one private incident in one hour."""

    private_incident_id: UUID
    seen_by: str
    seen_at: Moment
    first_read: str
    via: str


SIGHTING = Table(
    "sighting",
    "position",
    SightingRow,
    OWN_STREAM,
    indexes={"incident": "(private_incident_id, position desc)"},
)
TABLES: Final = (SIGHTING,)

PART: Final = """
where private_incident_id = $1 and ($2::bigint is null or position < $2)
order by position desc limit $3
"""


async def list_sightings(
    reader: Reader, incident_id: UUID, cursor: str | None, limit: int
) -> ListPart[SightingRow]:
    """Return at most `limit` sightings of an incident, the newest first.

    Raises: CursorInvalid.
    """
    place = place_of(cursor)
    position = place.position if place else None
    rows = await SIGHTING.select(reader, PART, incident_id, position, limit + 1)
    return part_of(rows, limit, "position", SIGHTING.key)


async def project(batch: Batch, tx: Rows) -> None:
    """Add the batch's sightings; one that is there already stays as it is."""
    rows = [
        row_of(one.position, one.event) for one in batch if isinstance(one.event, SightingRecorded)
    ]
    if rows:
        await tx.store(SIGHTING, rows)


def row_of(position: int, event: SightingRecorded) -> SightingRow:
    """Return the row of one sighting."""
    return SightingRow(
        position=position,
        private_incident_id=event.private_incident_id,
        seen_by=event.seen_by,
        seen_at=event.recorded_at,
        first_read=event.first_read,
        via=event.via,
    )


def key_of(recorded: Recorded[object]) -> str | None:
    """Return what is quarantined when an event cannot be applied."""
    return stream_key(recorded, "sighting")
