"""Incident list: rows of the board by filter, newest first, or one by its reference."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from msgspec import Struct, field

from events.ids import ServiceId
from events.incident.phases import Phase
from events.values.severity import Severity
from projections.engine.cursors import ListPart, part_of, place_of
from projections.engine.rows import Reader
from projections.incidents.board import BOARD, BoardRow, Status


class BoardFilter(Struct, frozen=True, kw_only=True):
    """Which incidents a list shows; what is None, or empty, leaves nothing out."""

    phase: Phase | None = None
    severity: Severity | None = None
    statuses: frozenset[Status] = frozenset()
    service_id: str | None = None
    incident_type_id: str | None = None
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what they say, all of it
    drill: bool | None = None  # only drills, or none
    oldest_first: bool = False
    declared_within: tuple[datetime, datetime] | None = None  # the end is not included
    text: str | None = None  # part of the title or the reference, in any case
    hidden: frozenset[UUID] = frozenset()  # private incidents that the reader knows nothing of


NEWEST_OPEN = """
where status in ('declared', 'acknowledged', 'mitigated')
    and service_id = $1 and mode = 'real' and not private
order by declared_position desc limit 1
"""
PAGE = """
where reference <> ''
    and ($1::text is null or phase = $1)
    and ($2::text is null or severity = $2)
    and ($3::text[] is null or status = any ($3))
    and ($4::text is null or service_id = $4)
    and ($5::text is null or title ilike $5 or reference ilike $5)
    and ($6::boolean is null or (mode = 'drill') = $6)
    and incident_id <> all ($7::uuid[])
    and ($10::text is null or incident_type_id = $10)
    and field_values @> $11::text::jsonb
    and ($12::timestamptz is null or declared_at >= $12)
    and ($13::timestamptz is null or declared_at < $13)
    and ($8::bigint is null or declared_position {before} $8)
order by declared_position {order} limit $9
"""
NEWEST_FIRST = PAGE.format(before="<", order="desc")
OLDEST_FIRST = PAGE.format(before=">", order="asc")


async def list_incidents(
    reader: Reader, chosen: BoardFilter, cursor: str | None, limit: int
) -> ListPart[BoardRow]:
    """Return at most `limit` incidents, newest first unless the oldest are asked for.

    Raises: CursorInvalid.
    """
    place = place_of(cursor)
    rows = await BOARD.select(
        reader,
        OLDEST_FIRST if chosen.oldest_first else NEWEST_FIRST,
        chosen.phase,
        chosen.severity,
        sorted(chosen.statuses) or None,
        chosen.service_id,
        None if chosen.text is None else containing(chosen.text),
        chosen.drill,
        list(chosen.hidden),
        place.position if place else None,
        limit + 1,
        chosen.incident_type_id,
        json.dumps(
            [{"field_id": field_id, "texts": texts} for field_id, texts in chosen.fields.items()]
        ),
        *(chosen.declared_within or (None, None)),
    )
    return part_of(rows, limit, "declared_position", BOARD.key)


async def find_incident(reader: Reader, id_or_reference: UUID | str) -> BoardRow | None:
    """Return one incident by its id or its reference."""
    column, value = key_for(id_or_reference)
    rows = await BOARD.select(
        reader, f"where {column} = $1 and reference <> '' order by position limit 1", value
    )
    return rows[0] if rows else None


def key_for(id_or_reference: UUID | str) -> tuple[str, UUID | str]:
    """Return the column to look in, and the value to look for."""
    if isinstance(id_or_reference, UUID):
        return "incident_id", id_or_reference
    try:
        return "incident_id", UUID(id_or_reference)
    except ValueError:
        return "reference", id_or_reference.upper().replace("\x00", "")


def containing(text: str) -> str:
    """Return the LIKE pattern that finds the text as it is written."""
    for special in ("\\", "%", "_"):
        text = text.replace(special, f"\\{special}")
    return f"%{text.replace('\x00', '')}%"


async def newest_open_of(reader: Reader, service_id: ServiceId) -> UUID | None:
    """Return the newest real incident of a service that is not resolved, and no secret; if any."""
    rows = await BOARD.select(reader, NEWEST_OPEN, service_id)
    return rows[0].incident_id if rows else None
