"""Whether anybody works on a task queue, as a real Temporal server tells it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from services.temporal.task_queues import DECISIONS, Attendance, attendance, unattended

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.mark.parametrize(
    ("seen_ago", "untaken_for", "is_taken", "attended"),
    [
        (0, 0, False, True),  # idle
        (61, 0, False, True),  # idle, and about to ask again
        (66, 0, False, False),  # dead
        (None, 0, False, False),  # nobody was ever there
        (5, 120, True, True),  # more work than workers
        (5, 25, False, False),  # seen a moment ago, and nobody takes anything
    ],
)
def test_a_queue_is_attended_while_a_worker_asks_or_takes_work(
    seen_ago: float | None, untaken_for: float, *, is_taken: bool, attended: bool
) -> None:
    one = Attendance(
        queue="incident",
        seen_at=None if seen_ago is None else NOW - seconds(seen_ago),
        untaken_for=seconds(untaken_for),
        is_taken=is_taken,
    )
    assert one.is_attended(NOW) is attended


@workflow.defn
class Nothing:
    """Does nothing."""

    @workflow.run
    async def run(self) -> None: ...


@pytest.mark.stack
async def test_a_worker_is_seen_and_a_dead_one_no_more(temporal_client: Client) -> None:
    queue = f"queue-{uuid4()}"
    kinds = [(queue, DECISIONS)]
    before = await attendance(temporal_client, kinds)
    assert unattended(before, datetime.now(UTC)) == {queue: None}
    worker = Worker(
        temporal_client,
        task_queue=queue,
        workflows=[Nothing],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        handle = await temporal_client.start_workflow(Nothing.run, id=queue, task_queue=queue)
        await handle.result()
        seen = await attendance(temporal_client, kinds)
        assert unattended(seen, datetime.now(UTC)) == {}
    after = await attendance(temporal_client, kinds)
    assert list(unattended(after, datetime.now(UTC) + seconds(70))) == [queue]
