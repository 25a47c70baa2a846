"""Task queue pollers: Temporal may answer while every worker is dead.

A worker asks for work, waits a minute for some, and asks again; so one that works was seen within
the last minute, and one that was killed, frozen or cut off is not seen any more. Work that nobody
takes shows it sooner.
Source: temporal.api.taskqueue.v1 PollerInfo and TaskQueueStats; matching.longPollExpirationInterval
is one minute. The clocks of Temporal and of this machine have to agree within five seconds.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from events.log.database import Database
from events.log.liveness.pulses import is_silent, seconds_since_pulse
from services.temporal.client import TemporalTrouble, bounded
from workflows.ids import (
    COMMS_QUEUE,
    FOLLOW_UP_QUEUE,
    HEARTBEAT_QUEUE,
    INCIDENT_QUEUE,
    MEETING_QUEUE,
    ON_CALL_QUEUE,
    QUESTIONS_QUEUE,
)

UNSEEN_AFTER: Final = timedelta(seconds=65)  # a minute, and a little for a slow machine
UNTAKEN_AFTER: Final = timedelta(seconds=20)  # of work, while none at all is taken
DECISIONS: Final = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
DEEDS: Final = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY

# Who decides a page's steps, and who sends its messages.
PAGING: Final = ((INCIDENT_QUEUE, DECISIONS), (INCIDENT_QUEUE, DEEDS))
ALL: Final = (
    *PAGING,
    (COMMS_QUEUE, DECISIONS),
    (COMMS_QUEUE, DEEDS),
    (ON_CALL_QUEUE, DECISIONS),
    (ON_CALL_QUEUE, DEEDS),
    (HEARTBEAT_QUEUE, DECISIONS),
    (HEARTBEAT_QUEUE, DEEDS),
    (FOLLOW_UP_QUEUE, DECISIONS),
    (FOLLOW_UP_QUEUE, DEEDS),
    (MEETING_QUEUE, DECISIONS),
    (MEETING_QUEUE, DEEDS),
    (QUESTIONS_QUEUE, DECISIONS),
    (QUESTIONS_QUEUE, DEEDS),
)

type Kind = tuple[str, TaskQueueType.ValueType]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Pollers of a task queue, as far as the server knows."""

    queue: str
    seen_at: datetime | None  # a worker, last; None: none within the server's memory, 5 minutes
    untaken_for: timedelta = timedelta(0)  # the oldest work that waits
    is_taken: bool = True  # whether any work was taken in the last half minute

    def is_attended(self, now: datetime) -> bool:
        """Say whether somebody works on it."""
        if self.seen_at is None or now - self.seen_at > UNSEEN_AFTER:
            return False
        return self.is_taken or self.untaken_for < UNTAKEN_AFTER


async def attendance(client: Client, kinds: Iterable[Kind]) -> list[Attendance]:
    """Return who works on these task queues.

    Raises: RPCError, RuntimeError (no connection).
    """
    return await asyncio.gather(*(_described(client, *one) for one in kinds))


def unattended(seen: Iterable[Attendance], now: datetime) -> dict[str, datetime | None]:
    """Return the task queues that nobody works on, and when somebody was seen there last."""
    return {one.queue: one.seen_at for one in seen if not one.is_attended(now)}


async def somebody_works(
    client: Client, now: Callable[[], datetime], *, database: Database | None = None
) -> bool:
    """Say whether the server answers and workers take the work of pages from it.

    The server holds a frozen worker for one that works, so with `database` a worker has to have
    been heard of, too.
    Raises: LogUnavailable.
    """
    if database is not None and is_silent(await seconds_since_pulse(database)):
        return False
    try:
        async with bounded():
            return not unattended(await attendance(client, PAGING), now())
    except TemporalTrouble:
        return False


async def _described(client: Client, queue: str, kind: TaskQueueType.ValueType) -> Attendance:
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=kind,
            report_stats=True,
        )
    )
    seen = [one.last_access_time.ToDatetime(tzinfo=UTC) for one in answer.pollers]
    return Attendance(
        queue=queue,
        seen_at=max(seen, default=None),
        untaken_for=answer.stats.approximate_backlog_age.ToTimedelta(),
        is_taken=answer.stats.tasks_dispatch_rate > 0,
    )
