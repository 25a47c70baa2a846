"""Workflow starter: one workflow for each declared incident; reports a start that is late (P2)."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from itertools import batched
from time import monotonic
from typing import Final
from uuid import UUID, uuid5

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from events.errors import LogFault
from events.handle import handle
from events.ids import IncidentId, incident_stream, paging_stream
from events.incident.decide import incident_decider
from events.incident.state import Incident
from events.loading import load
from events.log.queues.outbox import Outbox, OutboxWork
from events.log.recorded import Metadata
from events.log.store import Log
from events.paging.commands import DegradePaging, PagingCommand, RestorePaging
from events.paging.decide import paging_decider
from services.projector.turns import DueStart, in_turn
from services.temporal.client import RPC_TIMEOUT, TemporalTrouble, bounded
from workflows.ids import (
    INCIDENT_QUEUE,
    INCIDENT_WORKFLOW,
    START_INCIDENT_WORKFLOW,
    incident_workflow_id,
)
from workflows.incident_view import attributes_of
from workflows.messages import IncidentInput
from workflows.urgency import priority_of

AT_ONCE: Final = 20
MOST_WAITING: Final = 500  # whose turn is known: no more than can be started within a lease
PATIENCE: Final = timedelta(seconds=45)  # then people must know; promise P2 leaves a minute
NEARLY: Final = timedelta(seconds=30)  # from here on the warning may have been given
METADATA: Final = Metadata(principal="workflow:relay", via="relay")
WARN_PAUSE: Final = 5.0  # seconds; with the patience it stays below the promised minute

logs = structlog.get_logger(__name__)


class Starts:
    """What the outbox asks for, done at least once; doing it again changes nothing."""

    def __init__(
        self, log: Log, outbox: Outbox, client: Client, patience: timedelta = PATIENCE
    ) -> None:
        self._log = log
        self._outbox = outbox
        self._client = client
        self._patience = patience
        self._nearly = min(NEARLY, patience)
        self._warned: set[str] = set()
        self._looked_at = float("-inf")  # for what cannot start
        self._due: dict[int, DueStart] = {}  # claimed, and not started yet

    async def step(self) -> int:
        """Start what waits, and warn of what cannot start, never beside a start that says it is on.

        Raises: LogUnavailable.
        """
        if monotonic() - self._looked_at > WARN_PAUSE:
            await self.warn()
            self._looked_at = monotonic()
        return await self.relay()

    async def relay(self) -> int:
        """Start what waits, and return how many entries that were.

        Raises: LogUnavailable.
        """
        await self._claim()
        turn = in_turn(self._due.values())[:AT_ONCE]
        async with asyncio.TaskGroup() as tasks:
            for one in turn:
                del self._due[one.work.id]
                tasks.create_task(self._try(one))
        return len(turn)

    async def _claim(self) -> None:
        """Take everything that waits, so that the most urgent is known, however late it came."""
        room = MOST_WAITING - len(self._due)
        works = await self._outbox.claim(room, [START_INCIDENT_WORKFLOW]) if room else []
        for few in batched(works, AT_ONCE):
            found = await asyncio.gather(*(self._known(work) for work in few))
            self._due |= {one.work.id: one for one in found if one is not None}

    async def _known(self, work: OutboxWork) -> DueStart | None:
        """Return an entry with its incident; what is wrong with it is no other entry's trouble."""
        try:
            incident_id = incident_of(work)
            incident, version = await self._incident(incident_id)
        except LogFault as fault:
            logs.warning("relay_waits_for_log", incident_id=work.key, reason=str(fault))
        except Exception:
            logs.exception("workflow_start_failed", incident_id=work.key)
        else:
            return DueStart(work=work, incident_id=incident_id, incident=incident, version=version)
        return None  # claimed again when its lease is over

    async def warn(self) -> None:
        """Record `paging.degraded` for each incident whose page is due and cannot start.

        Raises: LogUnavailable.
        """
        for work in await self._outbox.overdue(START_INCIDENT_WORKFLOW, self._patience):
            if work.key in self._warned:
                continue
            try:
                await self._degrade(work)
            except LogFault:
                raise
            except Exception:
                logs.exception("paging_degraded_unsaid", incident_id=work.key)
            self._warned.add(work.key)

    async def _try(self, one: DueStart) -> None:
        """Carry one entry out; what goes wrong with it is no other entry's trouble."""
        try:
            await self._carry_out(one)
        except LogFault as fault:
            logs.warning("relay_waits_for_log", incident_id=one.work.key, reason=str(fault))
        except Exception:
            logs.exception("workflow_start_failed", incident_id=one.work.key)

    async def _carry_out(self, one: DueStart) -> None:
        work = one.work
        try:
            await self._start(one.incident_id, one.incident, one.version)
        except TemporalTrouble as trouble:
            logs.warning("workflow_start_deferred", incident_id=work.key, reason=str(trouble))
            await self._outbox.failed(work, str(trouble))
            return
        if datetime.now(UTC) - work.created_at > self._nearly:
            command = RestorePaging(incident_id=one.incident_id, at=datetime.now(UTC))
            await self._say(one.incident_id, command, "paging.restored")
        await self._outbox.done(work)
        self._warned.discard(work.key)

    async def _start(self, incident_id: IncidentId, incident: Incident, version: int) -> None:
        workflow_id = incident_workflow_id(incident_id)
        reuse = WorkflowIDReusePolicy.REJECT_DUPLICATE
        try:
            await start_incident(self._client, incident_id, incident, version, reuse)
        except WorkflowAlreadyStartedError:
            logs.info("workflow_started_before", workflow_id=workflow_id)
        else:
            logs.info("workflow_started", workflow_id=workflow_id, reference=incident.reference)

    async def _degrade(self, work: OutboxWork) -> None:
        incident_id = incident_of(work)
        incident, _ = await self._incident(incident_id)
        if incident.escalation_policy_id is None or incident.ended:
            return  # nobody is to be paged
        command = DegradePaging(
            incident_id=incident_id,
            waiting_since=work.created_at,
            reason="the incident's workflow cannot be started; only the fallback pager can page",
            at=datetime.now(UTC),
        )
        await self._say(incident_id, command, "paging.degraded")
        logs.error("paging_degraded", incident_id=work.key, reference=incident.reference)

    async def _incident(self, incident_id: IncidentId) -> tuple[Incident, int]:
        return await load(self._log, incident_decider, incident_stream(incident_id))

    async def _say(self, incident_id: IncidentId, command: PagingCommand, what: str) -> None:
        await handle(
            self._log,
            paging_decider,
            paging_stream(incident_id),
            command,
            command_id=uuid5(incident_id, what),
            request_digest=hashlib.sha256(f"{what}:{incident_id}".encode()).digest(),
            metadata=METADATA,
        )


async def start_incident(
    client: Client,
    incident_id: IncidentId,
    incident: Incident,
    version: int,
    reuse: WorkflowIDReusePolicy,
) -> None:
    """Start an incident's workflow, with what its list shows of the incident at this version.

    Raises: WorkflowAlreadyStartedError, TemporalTrouble.
    """
    async with bounded():
        await client.start_workflow(
            INCIDENT_WORKFLOW,
            IncidentInput(incident_id=incident_id),
            id=incident_workflow_id(incident_id),
            task_queue=INCIDENT_QUEUE,
            id_reuse_policy=reuse,
            search_attributes=attributes_of(incident, version),
            priority=priority_of(incident),
            static_summary=incident.reference,
            rpc_timeout=RPC_TIMEOUT,
        )


def incident_of(work: OutboxWork) -> IncidentId:
    """Return the incident whose workflow is to be started."""
    return IncidentId(UUID(str(IncidentInput.model_validate_json(work.body).incident_id)))
