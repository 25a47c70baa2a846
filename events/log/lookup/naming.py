"""Streams about an incident, found in the log itself by what their events say."""

from typing import Final
from uuid import UUID

from events.log.database import Database
from events.log.lookup.named_incident import incident_in

PART: Final = 5_000  # events looked through in one statement

# Payloads are canonical JSON, so a field stands in them in one way only; but a label of an alert
# may be called the same, so what is found is read.
NAMING: Final = """
select stream, payload from es.event
where position > $1 and position <= $2 and position($3::bytea in payload) > 0
    and stream <> all ($4)
"""
HEADS: Final = """
select distinct on (stream) stream, version, hash from es.event
where stream = any ($1) and position <= $2 order by stream, version desc
"""


async def streams_naming(database: Database, incident_id: UUID, after: int, until: int) -> set[str]:
    """Return the streams with an event, between two positions, that is about the incident.

    Raises: LogUnavailable.
    """
    field = f'"incident_id":"{incident_id}"'.encode()
    found: set[str] = set()
    for start in range(after, until, PART):
        end = min(start + PART, until)
        rows = await database.fetch(NAMING, start, end, field, list(found))
        found |= {row["stream"] for row in rows if incident_in(row["payload"]) == incident_id}
    return found


async def heads_of(
    database: Database, streams: list[str], until: int
) -> dict[str, tuple[int, bytes]]:
    """Return the version and the hash of each stream's last event up to a position.

    Raises: LogUnavailable.
    """
    rows = await database.fetch(HEADS, streams, until)
    return {row["stream"]: (row["version"], row["hash"]) for row in rows}
