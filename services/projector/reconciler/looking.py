"""One look at the log and at Temporal, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from temporalio.client import Client

from events.ids import IncidentId, PageId, incident_stream, page_stream
from events.incident.decide import incident_decider
from events.loading import load
from events.log.postgres import PostgresLog
from events.page.decide import page_decider
from events.repair.events import Finding
from projections.open_work import database_clock, open_incidents, open_pages, unanswered
from services.projector.reconciler.differences import Difference, Open, differences
from services.projector.reconciler.running import RunningWorkflow, running_workflows
from workflows.ids import START_INCIDENT_WORKFLOW

ATTEMPTS: Final = 3  # of a command, with Temporal there: then its workflow makes no progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen at one moment."""

    open_incidents: int
    open_pages: int
    running: Mapping[str, RunningWorkflow]
    differences: frozenset[Difference]
    strangers: frozenset[str]  # workflows that run although the read models know of no open work
    unknown: frozenset[str]  # those of them whose incident the log has never heard of


class Looking:
    """Looks; changes nothing."""

    def __init__(self, log: PostgresLog, client: Client) -> None:
        self._log = log
        self._client = client
        self._reached_since: datetime | None = None  # Temporal, by the database's clock

    async def look(self, strangers: frozenset[str] = frozenset()) -> Look:
        """Look once; `strangers` of an earlier look are judged if they are still there.

        Raises: TemporalUnreachable, LogUnavailable.
        """
        try:
            running = await running_workflows(self._client)
        except Exception:
            self._reached_since = None
            raise
        # The log is read after the list, so it never knows less than a workflow has stored.
        known = await self._open()
        strange = running.keys() - known.workflow_ids
        judged = {one: await self._judged(running[one]) for one in strange & strangers}
        left_over = {found for found in judged.values() if isinstance(found, Difference)}
        return Look(
            open_incidents=len(known.incidents),
            open_pages=len(known.pages),
            running=running,
            differences=differences(known, running) | left_over,
            strangers=frozenset(strange),
            unknown=frozenset(one for one, found in judged.items() if found == "unknown"),
        )

    async def _open(self) -> Open:
        async with self._log.database.connection() as connection:
            if self._reached_since is None:
                self._reached_since = await database_clock(connection)
            return Open(
                incidents=await open_incidents(connection, START_INCIDENT_WORKFLOW),
                pages=await open_pages(connection),
                unanswered=await unanswered(connection, ATTEMPTS, self._reached_since),
            )

    async def _judged(self, workflow: RunningWorkflow) -> Difference | str | None:
        """Return whether the log knows a workflow as over ("unknown": knows nothing of it)."""
        noun, _, key = workflow.workflow_id.partition("/")
        if noun == "page":
            return await self._judged_page(workflow, PageId(UUID(key)))
        incident_id = IncidentId(UUID(key))
        incident, version = await load(self._log, incident_decider, incident_stream(incident_id))
        if not version:
            return "unknown"
        return left_over(workflow, incident_id, None, version) if incident.ended else None

    async def _judged_page(self, workflow: RunningWorkflow, page_id: PageId) -> Difference | None:
        page, version = await load(self._log, page_decider, page_stream(page_id))
        if page.incident_id is None:
            return None  # it has only just begun
        stream = incident_stream(page.incident_id)
        incident, _ = await load(self._log, incident_decider, stream)
        over = page.answered or incident.ended
        return left_over(workflow, page.incident_id, page_id, version) if over else None


def left_over(
    workflow: RunningWorkflow, incident_id: IncidentId, page_id: PageId | None, version: int
) -> Difference:
    """Return the difference of a workflow that runs on although the log knows it as over."""
    return Difference(
        workflow_id=workflow.workflow_id,
        incident_id=incident_id,
        page_id=page_id,
        finding=Finding.LEFT_OVER,
        log_version=version,
        workflow_version=workflow.version,
        run_id=workflow.run_id,
    )
