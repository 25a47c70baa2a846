"""Reconciler look: the log and Temporal, side by side, once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from temporalio.client import Client

from events.ids import IncidentId, PageId, incident_stream, page_stream
from events.incident.decide import incident_decider
from events.incident.pages.rules import page_with
from events.loading import load
from events.log.postgres import PostgresLog
from events.page.decide import page_decider
from events.repair.events import Finding
from projections.incidents.open_incidents import OpenIncidents
from projections.incidents.open_work import (
    OpenPage,
    TriedCommand,
    database_clock,
    open_incidents,
    open_pages,
    tried_commands,
)
from services.projector.reconciler.differences import Difference, Open, differences
from services.projector.reconciler.running import RunningWorkflow, running_workflows
from services.temporal.task_queues import somebody_works
from workflows.ids import START_INCIDENT_WORKFLOW

ATTEMPTS: Final = 3  # of a command, with workers there: then its workflow makes no progress
SETTLING: Final = timedelta(seconds=30)  # what workers may take to catch up when they are back


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen at one moment."""

    open_incidents: int
    running: Mapping[str, RunningWorkflow]
    differences: frozenset[Difference]
    strangers: frozenset[str]  # workflows that run although the log knows of no open work
    unknown: frozenset[str]  # those of them whose incident the log has never heard of


class Looking:
    """Looks; changes nothing."""

    def __init__(self, log: PostgresLog, client: Client, settling: timedelta = SETTLING) -> None:
        self._log = log
        self._lives = OpenIncidents(log.database)
        self._client = client
        self._settling = settling
        self.somebody_works: Callable[[], Awaitable[bool]] = partial(
            somebody_works, client, lambda: datetime.now(UTC), database=log.database
        )
        self._worked_since: datetime | None = None  # by the database's clock
        self._tried_before: dict[UUID, int] = {}  # a command's attempts when it was first seen

    async def look(self, strangers: frozenset[str] = frozenset()) -> Look:
        """Look once; `strangers` of an earlier look are judged if they are still there.

        Raises: TemporalUnreachable, LogUnavailable.
        """
        try:
            running = await running_workflows(self._client)
            works = await self.somebody_works()
        except Exception:
            self._forget()
            raise
        if not works:
            self._forget()
        # The log is read after the list, so it never knows less than a workflow has stored.
        known, worked = await self._open(works=works)
        strange = running.keys() - known.workflow_ids
        judged = {one: await self._judged(running[one]) for one in strange & strangers}
        left_over = {found for found in judged.values() if isinstance(found, Difference)}
        return Look(
            open_incidents=len(known.incidents),
            running=running,
            differences=differences(known, running, worked=worked)
            | (left_over if worked else frozenset()),
            strangers=frozenset(strange),
            unknown=frozenset(one for one, found in judged.items() if found == "unknown"),
        )

    def _forget(self) -> None:
        """Count from the beginning what was tried in vain: nobody was there to do it."""
        self._worked_since = None
        self._tried_before.clear()

    async def _open(self, *, works: bool) -> tuple[Open, bool]:
        """Return what is open, and whether somebody has worked for long enough to have seen it."""
        await self._lives.catch_up()
        async with self._log.database.connection() as connection:
            now = await database_clock(connection)
            if works and self._worked_since is None:
                self._worked_since = now
            since = self._worked_since
            candidates = await open_pages(connection) if since else []
            known = Open(
                incidents=await open_incidents(
                    connection, START_INCIDENT_WORKFLOW, self._lives.resolved
                ),
                pages=[one for one in candidates if not await self._is_wanted(one)],
                unanswered=self._in_vain(await tried_commands(connection, since))
                if since
                else frozenset(),
            )
        return known, since is not None and now - since >= self._settling

    def _in_vain(self, tried: Sequence[TriedCommand]) -> frozenset[str]:
        """Return the workflows whose commands were tried too often since somebody works."""
        before = self._tried_before
        self._tried_before = {
            one.command_id: before.get(one.command_id, one.attempts) for one in tried
        }
        return frozenset(
            one.workflow_id
            for one in tried
            if one.attempts - self._tried_before[one.command_id] >= ATTEMPTS
        )

    async def _is_wanted(self, page: OpenPage) -> bool:
        """Say what the log knows of a page that the read models show as open."""
        stream = incident_stream(IncidentId(page.incident_id))
        incident, _ = await load(self._log, incident_decider, stream)
        called = page_with(incident, PageId(page.page_id))
        if called is None or called.wanted:
            return True
        state, _ = await load(self._log, page_decider, page_stream(PageId(page.page_id)))
        return state.over

    async def _judged(self, workflow: RunningWorkflow) -> Difference | str | None:
        """Return whether the log knows a workflow as over ("unknown": knows nothing of it)."""
        _, _, key = workflow.workflow_id.partition("/")
        incident_id = IncidentId(UUID(key))
        incident, version = await load(self._log, incident_decider, incident_stream(incident_id))
        if not version:
            return "unknown"
        if not incident.ended:
            return None
        return Difference(
            workflow_id=workflow.workflow_id,
            incident_id=incident_id,
            finding=Finding.LEFT_OVER,
            log_version=version,
            workflow_version=workflow.version,
            run_id=workflow.run_id,
        )
