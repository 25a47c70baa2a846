"""Receipt relay: tells incidents of messages that reach nobody, which no page need wait for."""

from typing import Final

import structlog
from temporalio.client import Client

from events.ids import receipt_stream
from events.loading import load
from events.log.queues.outbox import Outbox, OutboxWork
from events.log.store import Log
from events.receipt.decide import receipt_decider
from services.temporal.client import RPC_TIMEOUT, TemporalTrouble, WorkflowGone, bounded
from workflows.ids import MESSAGES_LOST, incident_workflow_id
from workflows.messages import MessagesLost

AT_ONCE: Final = 20
MOST_ATTEMPTS: Final = 7  # to find the workflow: one to two minutes

logs = structlog.get_logger(__name__)


class Receipts:
    """What the outbox tells of receipts; telling it again changes nothing: the page decides."""

    def __init__(self, log: Log, outbox: Outbox, client: Client) -> None:
        self._log = log
        self._outbox = outbox
        self._client = client

    async def relay(self) -> int:
        """Tell what waits, and return how many entries that were.

        Raises: LogUnavailable.
        """
        works = await self._outbox.claim(AT_ONCE, [MESSAGES_LOST])
        for work in works:
            await self._carry_out(work)
        return len(works)

    async def _carry_out(self, work: OutboxWork) -> None:
        lost = MessagesLost.model_validate_json(work.body)
        receipt, _ = await load(self._log, receipt_decider, receipt_stream(lost.delivery_ids[0]))
        if receipt.lost is None:  # another receipt was first
            await self._outbox.done(work)
            return
        try:
            await self._tell(lost)
        except TemporalTrouble as trouble:
            # One that is missing is put right within a minute; one that is over needs no receipt.
            if not isinstance(trouble, WorkflowGone) or work.attempt <= MOST_ATTEMPTS:
                logs.warning("receipt_waits", receipt=work.key, reason=str(trouble))
                await self._outbox.failed(work, str(trouble))
                return
            logs.info("receipt_too_late", receipt=work.key)
        await self._outbox.done(work)

    async def _tell(self, lost: MessagesLost) -> None:
        handle = self._client.get_workflow_handle(incident_workflow_id(lost.incident_id))
        async with bounded():
            await handle.signal(MESSAGES_LOST, lost, rpc_timeout=RPC_TIMEOUT)
