"""Events of one incident, found through its timeline instead of the whole log."""

from typing import Final
from uuid import UUID

from events.log.recorded import COLUMNS, RecordedEvent
from projections.engine.catching_up import reached
from projections.engine.rows import Reader
from projections.incidents.timeline import NAME

READ: Final = f"""
select {COLUMNS} from es.event where position = any (array(
    select position from read.timeline
    where incident_id = $1 and position > $2 and position <= $3 order by position limit $4
)) order by position
"""  # noqa: S608  constants


async def read_incident(
    reader: Reader, incident_id: UUID, after: int, until: int, limit: int
) -> tuple[list[RecordedEvent], int]:
    """Return at most `limit` events, and the position up to which there are no others.

    That position is not above `after` where the timeline has not read any further.
    """
    until = min(until, await reached(reader, [NAME]))
    records = await reader.fetch(READ, incident_id, after, until, limit)
    events = [RecordedEvent(*record) for record in records]
    return events, events[-1].position if len(events) == limit else until
