"""Announcement starter: wakes the workflow that sends an incident's status updates."""

from typing import Final

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy

from activities.payloads import ANNOUNCE, Published
from events.log.queues.outbox import Outbox, OutboxWork
from events.log.store import Log
from projections.communication import subscriptions
from projections.engine.catching_up import ConnectionPool, wait_for
from services.temporal.client import RPC_TIMEOUT, TemporalTrouble, bounded
from workflows.ids import (
    ANNOUNCEMENT_WORKFLOW,
    COMMS_QUEUE,
    UPDATE_PUBLISHED,
    announcement_workflow_id,
)
from workflows.messages import AnnouncementInput

AT_ONCE: Final = 20
CATCH_UP: Final = 1.0  # seconds

logs = structlog.get_logger(__name__)


class Announcements:
    """What the outbox asks for; doing it again changes nothing: the workflow reads the log."""

    def __init__(self, log: Log, database: ConnectionPool, outbox: Outbox, client: Client) -> None:
        self._log = log
        self._database = database
        self._outbox = outbox
        self._client = client

    async def relay(self) -> int:
        """Announce what waits, and return how many updates that were.

        Raises: LogUnavailable.
        """
        works = await self._outbox.claim(AT_ONCE, [ANNOUNCE])
        wanted = bool(works) and await self._may_be_wanted()
        for work in works:
            if wanted:
                await self._carry_out(work)
            else:
                await self._outbox.done(work)
        return len(works)

    async def _may_be_wanted(self) -> bool:
        """Return whether anybody may have subscribed before these updates; in doubt, yes.

        A workflow for each update of each incident that nobody listens to would cost more than
        the update.
        """
        head = await self._log.head()  # no update that was claimed is after it
        if not await wait_for(self._database, [subscriptions.NAME], head, CATCH_UP):
            return True
        async with self._database.connection() as connection:
            return await subscriptions.anybody_subscribed(connection)

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
