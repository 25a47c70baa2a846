"""Schedule reads: a connection for what belongs to one schedule, if there is such a schedule."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from events.ids import ScheduleId, schedule_stream
from events.schedule.refusals import ScheduleNotFound
from projections.engine.defined import one
from projections.engine.rows import Reader
from projections.on_call import schedules
from projections.on_call.schedules import ScheduleRow
from services.access.reads import Reads
from services.api.reading.reads import ReadQuery


@asynccontextmanager
async def schedule_read(
    reads: Reads, query: ReadQuery, schedule_id: str, *names: str
) -> AsyncIterator[Reader]:
    """Lend a connection that has seen a schedule and the read models named.

    Raises: ScheduleNotFound, ProjectionBehind, LogUnavailable, RequestInvalid, DidNotExistYet.
    """
    stream = schedule_stream(ScheduleId(schedule_id))
    async with reads.of(query, schedules.NAME, *names, stream=stream) as connection:
        await schedule_row(connection, schedule_id)
        yield connection


async def schedule_row(connection: Reader, schedule_id: str) -> ScheduleRow:
    """Return the schedule as it was defined last.

    Raises: ScheduleNotFound.
    """
    row = await one(schedules.SCHEDULE, connection, schedule_id)
    if row is None:
        raise ScheduleNotFound(f"No such schedule: {schedule_id}.")
    return row
