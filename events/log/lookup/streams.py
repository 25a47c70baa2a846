"""Several streams as one: their events in the log's order."""

from collections.abc import Sequence

from events.log.database import Database
from events.log.recorded import COLUMNS, RecordedEvent

READ_STREAMS = f"""
select {COLUMNS} from es.event
where stream = any ($1::text[]) and position > $2 order by position limit $3
"""  # noqa: S608  constants


async def read_streams(
    database: Database, streams: Sequence[str], after_position: int, limit: int
) -> list[RecordedEvent]:
    """Return at most `limit` events of these streams above `after_position`.

    Raises: LogUnavailable.
    """
    rows = await database.fetch(READ_STREAMS, list(streams), after_position, limit)
    return [RecordedEvent(*row) for row in rows]
