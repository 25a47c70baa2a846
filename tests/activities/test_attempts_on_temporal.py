"""What one attempt tells the next, and its workflow, on a real Temporal server."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.delivery import heartbeats
from activities.delivery.attempting import attempted
from activities.delivery.faults import DeliveryFault, OutcomeUnknown, ProviderUnreachable
from activities.payloads import DeliveryInput, DeliveryOutcome, DeliveryState
from events.ids import DeliveryId

ORDER = DeliveryInput(
    kind="page",
    about=str(UUID(int=1)),
    incident_id=None,
    delivery_id=DeliveryId(UUID(int=2)),
)
VANISHED = None  # the attempt's worker died


@dataclass
class Sends:
    """Fails as told, leaving the trace that a page leaves; each attempt outlives a heartbeat."""

    failures: list[DeliveryFault | None]
    patch: pytest.MonkeyPatch
    marked: list[bool] = field(default_factory=list)

    @activity.defn(name="send")
    async def send(self, order: DeliveryInput) -> DeliveryOutcome:
        return await attempted("page", order, self._deliver)

    async def _deliver(self, attempt: int, repeat: bool) -> DeliveryOutcome:  # noqa: FBT001
        self.marked.append(repeat)
        self.patch.setattr(heartbeats, "BEAT_EVERY", 0.05)
        if self.failures:
            fault = self.failures.pop(0)
            if fault is None:
                self.patch.setattr(heartbeats, "BEAT_EVERY", 60)
                await asyncio.sleep(5)
                raise AssertionError
            await asyncio.sleep(0.2)
            raise fault
        return DeliveryOutcome(state=DeliveryState.SENT, attempts=attempt)


@workflow.defn
class Asks:
    """Sends one page."""

    @workflow.run
    async def run(self, order: DeliveryInput) -> DeliveryOutcome:
        outcome: DeliveryOutcome = await workflow.execute_activity(
            "send",
            order,
            result_type=DeliveryOutcome,
            start_to_close_timeout=timedelta(seconds=30),
            heartbeat_timeout=timedelta(seconds=1),
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=10)),
        )
        return outcome


async def asked(client: Client, sends: Sends, order: DeliveryInput = ORDER) -> DeliveryOutcome:
    queue = str(uuid4())
    activities: list[Callable[..., Awaitable[Any]]] = [sends.send]
    async with Worker(
        client,
        task_queue=queue,
        workflows=[Asks],
        activities=activities,
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_heartbeat_throttle_interval=timedelta(milliseconds=100),
    ):
        return await client.execute_workflow(Asks.run, order, id=queue, task_queue=queue)


@pytest.mark.stack
@pytest.mark.parametrize(
    ("failures", "marked"),
    [
        ([ProviderUnreachable("a"), ProviderUnreachable("b")], [False, False, False]),
        ([OutcomeUnknown("a"), ProviderUnreachable("b")], [False, True, True]),
        ([ProviderUnreachable("a"), OutcomeUnknown("b")], [False, False, True]),
        ([VANISHED], [False, True]),
        (
            [ProviderUnreachable("a"), VANISHED, ProviderUnreachable("b")],
            [False, False, True, True],
        ),
    ],
)
async def test_temporal_carries_over_that_an_attempt_certainly_sent_nothing(
    temporal_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    failures: list[DeliveryFault | None],
    marked: list[bool],
) -> None:
    """Through heartbeats that go on for as long as an attempt lives, and end when it dies."""
    monkeypatch.setattr(heartbeats, "BEAT_EVERY", 0.05)
    sends = Sends([*failures], monkeypatch)
    async with asyncio.timeout(25):
        outcome = await asked(temporal_client, sends)
    assert sends.marked == marked
    assert outcome.attempts == len(marked)


@pytest.mark.stack
async def test_the_workflow_gets_word_while_the_attempts_go_on_in_vain(
    temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[DeliveryFault | None] = [ProviderUnreachable("connect_failed")] * 9
    sends = Sends(failures, monkeypatch)
    order = ORDER.model_copy(update={"word_after_seconds": 4, "attempts_before": 1})
    with pytest.raises(WorkflowFailureError) as failed:
        await asked(temporal_client, sends, order)
    assert isinstance(failed.value.cause, ActivityError)
    assert isinstance(failed.value.cause.cause, ApplicationError)
    attempts, *rest = failed.value.cause.cause.details
    assert attempts == len(sends.marked) + 1
    assert len(sends.marked) in {2, 3}
    assert rest == ["connect_failed", 2.0 ** (attempts - 1), True]
