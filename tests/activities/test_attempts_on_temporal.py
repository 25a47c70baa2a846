"""What one attempt tells the next, on a real Temporal server."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.faults import (
    DeliveryFault,
    OutcomeUnknown,
    ProviderUnreachable,
    as_application_error,
)
from activities.paging import nothing_sent_before


@dataclass
class Sends:
    """Fails as told, leaving the trace that a page leaves."""

    failures: list[DeliveryFault]
    marked: list[bool] = field(default_factory=list)

    @activity.defn(name="send")
    async def send(self) -> None:
        untouched, attempt = nothing_sent_before(), activity.info().attempt
        self.marked.append(not untouched)
        if self.failures:
            fault = self.failures.pop(0)
            if untouched and fault.nothing_sent:
                activity.heartbeat(attempt)
            raise as_application_error(fault, attempt)


@workflow.defn
class Asks:
    """Sends one page."""

    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            "send",
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=10)),
        )


@pytest.mark.stack
@pytest.mark.parametrize(
    ("failures", "marked"),
    [
        ([ProviderUnreachable("a"), ProviderUnreachable("b")], [False, False, False]),
        ([OutcomeUnknown("a"), ProviderUnreachable("b")], [False, True, True]),
        ([ProviderUnreachable("a"), OutcomeUnknown("b")], [False, False, True]),
    ],
)
async def test_temporal_carries_over_that_an_attempt_certainly_sent_nothing(
    temporal_client: Client, failures: list[DeliveryFault], marked: list[bool]
) -> None:
    sends = Sends(failures)
    queue = str(uuid4())
    activities: list[Callable[[], Awaitable[None]]] = [sends.send]
    async with Worker(
        temporal_client,
        task_queue=queue,
        workflows=[Asks],
        activities=activities,
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        await temporal_client.execute_workflow(Asks.run, id=queue, task_queue=queue)
    assert sends.marked == marked
