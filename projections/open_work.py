"""What the log knows as open: incidents and pages, each of which needs a workflow that runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from projections.rows import Connection

# The versions are the log's own. The rows only say where to look, and may be a moment old.
INCIDENTS: Final = """
select incident_id, version, starting
from (
    select b.incident_id,
        (select max(e.version) from es.event e
            where e.stream = 'incident-' || b.incident_id) as version,
        exists (select from es.outbox o
            where o.kind = $1 and o.key = b.incident_id::text and o.state = 'waiting') as starting
    from read.incident_board b
    where b.closed_at is null and b.declined_at is null and b.merged_at is null
) as open
where version is not null
"""
PAGES: Final = """
select substr(t.stream, 6)::uuid as page_id, t.incident_id,
    (select max(e.version) from es.event e where e.stream = t.stream) as version
from read.incident_board b join read.timeline t using (incident_id)
where b.closed_at is null and b.declined_at is null and b.merged_at is null
    and t.type = 'page.started'
    and not exists (
        select from read.timeline ended
        where ended.incident_id = t.incident_id and ended.stream = t.stream
            and ended.type in ('page.acknowledged', 'page.stopped')
    )
"""
# A command is tried again after a pause that grows with its attempts: this is when it was tried.
WAITING: Final = """
select distinct workflow_id
from es.inbox
where state = 'waiting' and attempts >= $1
    and next_attempt_at - es.retry_after(attempts) > $2
"""
NOW: Final = "select clock_timestamp()"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """An incident to which something can still happen."""

    incident_id: UUID
    version: int  # of its stream
    starting: bool  # the relay has not started its workflow yet


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPage:
    """A page that nobody has answered."""

    page_id: UUID
    incident_id: UUID
    version: int  # of its stream


async def open_incidents(connection: Connection, start: str) -> list[OpenIncident]:
    """Return every incident that is not over; `start` is the outbox's word for its workflow."""
    return [OpenIncident(**row) for row in await connection.fetch(INCIDENTS, start)]


async def open_pages(connection: Connection) -> list[OpenPage]:
    """Return every page of an open incident that is neither answered nor stopped."""
    return [OpenPage(**row) for row in await connection.fetch(PAGES)]


async def unanswered(connection: Connection, attempts: int, since: datetime) -> set[str]:
    """Return the workflows whose oldest command was tried so often, the last time since then."""
    rows = await connection.fetch(WAITING, attempts, since)
    return {row["workflow_id"] for row in rows}


async def database_clock(connection: Connection) -> datetime:
    """Return what the database takes the time for."""
    now: datetime = await connection.fetchval(NOW)
    return now
