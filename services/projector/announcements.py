"""Wakes the workflow that sends an incident's status updates, at least once for each update."""

from typing import Final

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy

from activities.announcement_orders import ANNOUNCE, Published
from events.log.outbox import Outbox, OutboxWork
from services.projector.temporal_client import RPC_TIMEOUT, TemporalTrouble, bounded
from workflows.ids import (
    ANNOUNCEMENT_WORKFLOW,
    COMMS_QUEUE,
    UPDATE_PUBLISHED,
    announcement_workflow_id,
)
from workflows.messages import AnnouncementInput

AT_ONCE: Final = 20

logs = structlog.get_logger(__name__)


class Announcements:
    """What the outbox asks for; doing it again changes nothing: the workflow reads the log."""

    def __init__(self, outbox: Outbox, client: Client) -> None:
        self._outbox = outbox
        self._client = client

    async def relay(self) -> int:
        """Announce what waits, and return how many updates that were.

        Raises: LogUnavailable.
        """
        works = await self._outbox.claim(AT_ONCE, [ANNOUNCE])
        for work in works:
            await self._carry_out(work)
        return len(works)

    async def _carry_out(self, work: OutboxWork) -> None:
        published = Published.model_validate_json(work.body)
        try:
            await self._wake(published)
        except TemporalTrouble as trouble:
            logs.warning("announcement_deferred", update=work.key, reason=str(trouble))
            await self._outbox.failed(work, str(trouble))
            return
        logs.info("announcement_begun", update=work.key)
        await self._outbox.done(work)

    async def _wake(self, published: Published) -> None:
        async with bounded():
            await self._client.start_workflow(
                ANNOUNCEMENT_WORKFLOW,
                AnnouncementInput(incident_id=published.incident_id),
                id=announcement_workflow_id(published.incident_id),
                task_queue=COMMS_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                start_signal=UPDATE_PUBLISHED,
                rpc_timeout=RPC_TIMEOUT,
            )
