"""Change list: what other systems reported, newest first, and the suspects of an incident."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from events.change.events import ChangeReported
from events.log.recorded import Recorded
from events.values.links import Link
from projections.engine.cursors import ListPart, part_of, place_of
from projections.engine.keys import stream_key
from projections.engine.rows import (
    OWN_STREAM,
    Batch,
    Moment,
    Reader,
    Row,
    Rows,
    Table,
    fold,
    same_named,
)

NAME: Final = "changes"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key

# A deployment may be reported when it ends, just after the first alert.
SLACK: Final = timedelta(minutes=10)


class ChangeRow(Row, frozen=True, kw_only=True):
    """One change."""

    change_id: UUID
    integration_id: str
    service_id: str
    summary: str
    source: str
    happened_at: Moment
    reported_at: Moment
    details: dict[str, str]
    links: tuple[Link, ...]
    reported_position: int  # the list's order


class ChangeFilter(Struct, frozen=True, kw_only=True):
    """Which changes a list shows; None leaves nothing out."""

    service_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None  # not included


class SuspectedChange(Struct, frozen=True, kw_only=True):
    """A change that came shortly before an incident."""

    change: ChangeRow
    before: timedelta  # the detection; negative: it was reported a little after it
    same_service: bool


CHANGE = Table(
    "change",
    "change_id",
    ChangeRow,
    OWN_STREAM,
    indexes={
        "newest": "(reported_position desc)",
        "when": "(happened_at desc)",
    },
)
TABLES: Final = (CHANGE,)

PAGE = """
where ($1::text is null or service_id = $1)
    and ($2::timestamptz is null or happened_at >= $2)
    and ($3::timestamptz is null or happened_at < $3)
    and ($4::bigint is null or reported_position < $4)
order by reported_position desc limit $5
"""
# Those of the service first, and of each kind the nearest in time.
SUSPECTED = """
where happened_at >= $2 and happened_at <= $3
order by (service_id = $1) is true desc,
    abs(extract(epoch from happened_at - $4::timestamptz)), position
limit $5
"""


async def list_changes(
    reader: Reader, chosen: ChangeFilter, cursor: str | None, limit: int
) -> ListPart[ChangeRow]:
    """Return at most `limit` changes, the one reported last first.

    Raises: CursorInvalid.
    """
    place = place_of(cursor)
    rows = await CHANGE.select(
        reader,
        PAGE,
        chosen.service_id,
        chosen.since,
        chosen.until,
        place.position if place else None,
        limit + 1,
    )
    return part_of(rows, limit, "reported_position", CHANGE.key)


async def changes_before(
    reader: Reader,
    detected_at: datetime,
    service_id: str | None,
    window: timedelta,
    limit: int,
) -> tuple[SuspectedChange, ...]:
    """Return the changes in the time before an incident, the most suspicious first."""
    rows = await CHANGE.select(
        reader,
        SUSPECTED,
        service_id,
        detected_at - window,
        detected_at + SLACK,
        detected_at,
        limit,
    )
    return tuple(
        SuspectedChange(
            change=row,
            before=detected_at - row.happened_at,
            same_service=row.service_id == service_id,
        )
        for row in rows
    )


async def project(batch: Batch, tx: Rows) -> None:
    """Add the batch's changes."""
    await fold(CHANGE, tx, batch, changes_of, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return the change that is quarantined when the event cannot be applied."""
    return stream_key(recorded, "change")


def changes_of(event: object) -> tuple[UUID, ...]:
    """Return the change an event is about, if any."""
    return (event.change_id,) if isinstance(event, ChangeReported) else ()


def evolve(row: ChangeRow | None, recorded: Recorded[object], _key: Hashable) -> ChangeRow | None:
    """Return the row after the event."""
    event = recorded.event
    if not isinstance(event, ChangeReported):
        return row
    return ChangeRow(**same_named(event, ChangeRow), reported_position=recorded.position)
