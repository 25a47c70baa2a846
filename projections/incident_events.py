"""The stored events of one incident, found through its timeline instead of the whole log."""

from typing import Final
from uuid import UUID

from events.log.recorded import RecordedEvent
from projections.catching_up import reached
from projections.rows import Connection
from projections.timeline import NAME

READ: Final = """
select e.position, e.stream, e.version, e.event_id, e.command_id, e.type, e.schema_version,
    e.recorded_at, e.payload, e.meta, e.hash
from read.timeline t join es.event e using (position)
where t.incident_id = $1 and t.position > $2 and t.position <= $3 order by t.position limit $4
"""


async def read_incident(
    connection: Connection, incident_id: UUID, after: int, until: int, limit: int
) -> tuple[list[RecordedEvent], int]:
    """Return at most `limit` events, and the position up to which there are no others.

    That position is not above `after` where the timeline has not read any further.
    """
    until = min(until, await reached(connection, [NAME]))
    records = await connection.fetch(READ, incident_id, after, until, limit)
    events = [RecordedEvent(**record) for record in records]
    return events, events[-1].position if len(events) == limit else until
