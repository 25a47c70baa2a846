"""The embedded Temporal server: what it knows, and what survives a power cut."""

import time
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from services.stack.ports import free_port
from services.stack.temporal.bootstrap import SEARCH_ATTRIBUTES, prepare
from services.stack.temporal.server import TemporalFailedToStart, TemporalOptions, start_temporal
from tests.eventually import eventually
from tests.temporal_servers import TemporalServer

pytestmark = pytest.mark.stack


async def test_a_started_server_knows_the_search_attributes(temporal_client: Client) -> None:
    listed = await temporal_client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=temporal_client.namespace)
    )
    assert set(SEARCH_ATTRIBUTES) <= set(listed.custom_attributes)


@workflow.defn
class Sleeper:
    """Waits for the time it is given."""

    @workflow.run
    async def run(self, seconds: float) -> str:
        await workflow.sleep(seconds)
        return "woke"


async def test_a_timer_fires_on_time_though_the_server_was_killed_meanwhile(tmp_path: Path) -> None:
    options = TemporalOptions(port=free_port())
    server = await start_temporal(tmp_path, options)
    client = await Client.connect(server.address)
    async with Worker(
        client, task_queue="sleep", workflows=[Sleeper], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        sleeper = await client.start_workflow(Sleeper.run, 4.0, id="sleeper", task_queue="sleep")
        started = time.monotonic()
        await timer_is_running(sleeper)
        await server.kill()
        server = await start_temporal(tmp_path, options)
        try:
            assert await sleeper.result() == "woke"
            assert 3.5 < time.monotonic() - started < 15
        finally:
            await server.kill()


async def timer_is_running(handle: WorkflowHandle[Sleeper, str]) -> None:
    """Wait until the timer is in the workflow's history."""

    async def there() -> bool:
        events = (await handle.fetch_history()).events
        return any(one.event_type == EventType.EVENT_TYPE_TIMER_STARTED for one in events)

    await eventually("the timer is in the history", there)


async def test_preparing_a_server_twice_changes_nothing(temporal: TemporalServer) -> None:
    for _ in range(2):
        await prepare(temporal.address, "prepared")
    client = await Client.connect(temporal.address, namespace="prepared")
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace="prepared")
    )
    assert set(SEARCH_ATTRIBUTES) <= set(listed.custom_attributes)


async def test_a_server_that_cannot_start_is_an_error_with_the_end_of_its_log(
    tmp_path: Path,
) -> None:
    (tmp_path / "temporal.db").write_text("this is no database" * 100)
    with pytest.raises(TemporalFailedToStart, match=r"(?s)temporal\.log.*not a database"):
        await start_temporal(tmp_path)
