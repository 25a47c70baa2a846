"""Position of a time: the log as it was then, and since when something is there."""

from datetime import datetime
from typing import Final

from projections.engine.rows import Reader

# `recorded_at` never decreases with the position, and positions are dense: halve the range.
POSITION_AT: Final = """
with recursive search (low, high) as (
    select 0::bigint, coalesce((select max(position) from es.event), 0)
    union all
    select
        case when e.recorded_at <= $1 then e.position else s.low end,
        case when e.recorded_at <= $1 then s.high else e.position - 1 end
    from search s join es.event e on e.position = (s.low + s.high + 1) / 2
    where s.low < s.high
)
select low from search where low = high
"""
# The newest event may be ahead of a clock that was set back.
NEWEST: Final = """
select coalesce(max(position), 0) as position,
    greatest(clock_timestamp(), max(recorded_at)) as time
from (select position, recorded_at from es.event order by position desc limit 1) head
"""
TIME_OF: Final = "select recorded_at from es.event where position = $1"
BEGINNING: Final = "select position from es.event where stream = $1 and version = 1"


async def position_at(reader: Reader, time: datetime) -> int:
    """Return the newest position recorded at that time or before, 0 if there is none."""
    position: int = await reader.fetchval(POSITION_AT, time)
    return position


async def time_of(reader: Reader, position: int) -> datetime | None:
    """Return when the event at a position was recorded, None if there is none."""
    time: datetime | None = await reader.fetchval(TIME_OF, position)
    return time


async def newest(reader: Reader) -> tuple[int, datetime]:
    """Return the log's newest position, and the database's time."""
    record = await reader.fetchrow(NEWEST)
    assert record is not None  # noqa: S101  an aggregate has one row
    return record["position"], record["time"]


async def beginning_of(reader: Reader, stream: str) -> int | None:
    """Return the position of a stream's first event, None if there is no such stream."""
    position: int | None = await reader.fetchval(BEGINNING, stream)
    return position
