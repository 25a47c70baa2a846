"""Open work: incidents and pages in the log that need a running workflow."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from projections.engine.rows import Reader

INCIDENTS: Final = """
select incident_id, version, starting
from (
    select one.incident_id,
        (select max(e.version) from es.event e
            where e.stream = 'incident-' || one.incident_id) as version,
        exists (select from es.outbox o
            where o.kind = $1 and o.key = one.incident_id::text and o.state = 'waiting') as starting
    from unnest($2::uuid[]) one (incident_id)
) as open
where version is not null
"""
# The versions are the log's own; the rows only say where to look, and may be a moment old.
# Pages that are not over though somebody has taken their incident, or nobody is needed any more.
PAGES: Final = """
select substr(t.stream, 6)::uuid as page_id, t.incident_id,
    (select max(e.version) from es.event e where e.stream = t.stream) as version
from read.incident_board b join read.timeline t using (incident_id)
where b.closed_at is null and b.declined_at is null and b.merged_at is null
    and (b.acknowledged_at is not null or b.resolved_at is not null)
    and t.type = 'page.started'
    and not exists (
        select from read.timeline ended
        where ended.incident_id = t.incident_id and ended.stream = t.stream
            and ended.type in ('page.acknowledged', 'page.stopped', 'escalation.exhausted')
    )
"""
# A command is tried again after a pause that depends on its attempts: this is when it was tried.
WAITING: Final = """
select workflow_id, command_id, attempts
from es.inbox
where state = 'waiting' and attempts > 0
    and next_attempt_at - es.inbox_pause(attempts) > $1
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
    """A page that has no end in the log."""

    page_id: UUID
    incident_id: UUID
    version: int  # of its stream


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedCommand:
    """A command that its workflow has not carried out yet."""

    workflow_id: str
    command_id: UUID
    attempts: int


async def open_incidents(
    reader: Reader, start: str, incident_ids: Collection[UUID]
) -> list[OpenIncident]:
    """Return where these incidents are; `start` is the outbox's word for a workflow.

    Which ones are open is for the log to say (open_incidents.py): an incident whose read
    models are stopped or quarantined needs its workflow as well.
    """
    return [OpenIncident(**row) for row in await reader.fetch(INCIDENTS, start, list(incident_ids))]


async def open_pages(reader: Reader) -> list[OpenPage]:
    """Return every page that may have to end: the log says whether its incident wants it."""
    return [OpenPage(**row) for row in await reader.fetch(PAGES)]


async def tried_commands(reader: Reader, since: datetime) -> list[TriedCommand]:
    """Return the waiting commands that were tried since then, and how often since ever."""
    return [TriedCommand(**row) for row in await reader.fetch(WAITING, since)]


async def database_clock(reader: Reader) -> datetime:
    """Return what the database takes the time for."""
    now: datetime = await reader.fetchval(NOW)
    return now
