"""Probe starter: sends a synthetic page on the way of every other, once in a while."""

from datetime import timedelta
from typing import Final

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from events.log.database import Database
from events.log.liveness.dead_man_switch import begin_probe
from events.log.queues.outbox import Outbox
from services.temporal.client import RPC_TIMEOUT, TemporalTrouble, bounded
from workflows.ids import INCIDENT_QUEUE, PROBE_WORKFLOW, PROBE_WORKFLOW_ID, START_PROBE

LONGEST: Final = timedelta(seconds=55)  # a probe that takes longer has not arrived

logs = structlog.get_logger(__name__)


class Probes:
    """Begins a probe when it is time, through the outbox like a declaration, and starts it."""

    def __init__(
        self, database: Database, outbox: Outbox, client: Client, every: timedelta
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._client = client
        self._every = every

    async def step(self) -> int:
        """Begin and start what is due; a probe that cannot start is replaced by the next one.

        Raises: LogUnavailable.
        """
        await begin_probe(self._database, self._every)
        works = await self._outbox.claim(1, [START_PROBE])
        for work in works:
            try:
                await self._start()
            except TemporalTrouble as trouble:
                logs.warning("probe_deferred", reason=str(trouble))
                await self._outbox.failed(work, str(trouble))
            else:
                await self._outbox.done(work)
        return 0

    async def _start(self) -> None:
        try:
            async with bounded():
                await self._client.start_workflow(
                    PROBE_WORKFLOW,
                    id=PROBE_WORKFLOW_ID,
                    task_queue=INCIDENT_QUEUE,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    execution_timeout=LONGEST,
                    rpc_timeout=RPC_TIMEOUT,
                )
        except WorkflowAlreadyStartedError:
            logs.info("probe_under_way")
