"""The whole system on one machine: it starts, heals, ends, and keeps its data."""

import asyncio
import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil
import pytest
from pydantic import SecretStr
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError

from services.access.bootstrap import KEY_FILE, kept_in
from services.settings import Settings
from services.stack.first_responder import put_you_on_call
from services.stack.ports import HOST, Ports, free_port, free_ports
from services.stack.stack import Stack, running_stack
from services.stack.supervisor.service_process import ROOT
from tests.eventually import eventually
from tests.servers import Database
from tests.temporal_servers import TemporalServer

pytestmark = pytest.mark.stack

STOP_SECONDS = 10
SECOND_START_RATIO = 3  # of what the greatest process takes to load; 1.8 on a quiet machine
HEAL_SECONDS = 40


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """One stack for the tests that leave it as they found it."""
    async with running_stack(tmp_path_factory.mktemp("stack"), settings=Settings()) as running:
        yield running


async def is_live(stack: Stack) -> bool:
    async with httpx.AsyncClient(timeout=2) as client:
        try:
            return (await client.get(f"{stack.api_url}/health/live")).is_success
        except httpx.HTTPError:
            return False


async def becomes_another(current: Callable[[], int | None]) -> None:
    """Kill a process and wait until another has taken its place."""
    before = current()
    assert before
    os.kill(before, signal.SIGKILL)
    await eventually("another process", lambda: current() not in {None, before}, HEAL_SECONDS)


async def test_a_started_stack_answers(stack: Stack) -> None:
    assert await is_live(stack)
    client = await Client.connect(stack.temporal_address, namespace=stack.temporal_namespace)
    assert await client.service_client.check_health()


async def test_the_development_key_is_minted_at_the_first_start(stack: Stack) -> None:
    assert stack.api_key_is_new
    assert stack.api_key


@pytest.mark.parametrize("name", ["front", "mail", "worker", "projector", "notary"])
async def test_a_killed_process_is_back_soon(stack: Stack, name: str) -> None:
    await becomes_another(lambda: stack.services[name].pid)


async def test_a_killed_temporal_is_back_with_its_workflows(stack: Stack) -> None:
    temporal = stack.temporal
    assert temporal
    client = await Client.connect(stack.temporal_address)
    waiting = await client.start_workflow("Waits", id="waits", task_queue="nobody")
    await becomes_another(lambda: temporal.running.pid)
    assert await is_running(waiting)
    await waiting.terminate()


async def is_running(workflow: WorkflowHandle[Any, Any]) -> bool:
    """Say whether a workflow waits for its next step, as soon as the server says anything."""

    async def status() -> WorkflowExecutionStatus | None:
        with suppress(RPCError):
            return (await workflow.describe()).status
        return None

    found = await eventually("Temporal describes the workflow", status, HEAL_SECONDS)
    return found is WorkflowExecutionStatus.RUNNING


async def test_a_killed_postgres_is_back(stack: Stack) -> None:
    postgres = stack.postgres
    assert postgres
    await becomes_another(lambda: postgres.running.pid)


def seconds_to_load_the_front() -> float:
    """Floor of a start on this machine as busy as it is now: the greatest process, loaded alone."""
    loading = time.monotonic()
    subprocess.run([sys.executable, "-c", "import services.front.__main__"], cwd=ROOT, check=True)
    return time.monotonic() - loading


async def test_data_and_running_workflows_survive_a_restart(tmp_path: Path) -> None:
    ports = free_ports()
    async with running_stack(tmp_path, ports, settings=Settings()) as first:
        client = await Client.connect(first.temporal_address)
        waiting = await client.start_workflow("Waits", id="waits", task_queue="nobody")
        owner = await asyncpg.connect(first.databases.owner_dsn)
        await owner.execute("create table kept as select 42 as answer")
        await owner.close()
        ending = time.monotonic()
    assert time.monotonic() - ending < STOP_SECONDS
    floor = await asyncio.to_thread(seconds_to_load_the_front)
    starting = time.monotonic()
    async with running_stack(tmp_path, ports, settings=Settings()) as second:
        assert time.monotonic() - starting < SECOND_START_RATIO * floor
        assert (second.api_key, second.api_key_is_new) == (first.api_key, False)
        owner = await asyncpg.connect(second.databases.owner_dsn)
        assert await owner.fetchval("select answer from kept") == 42
        await owner.close()
        client = await Client.connect(second.temporal_address)
        assert await is_running(client.get_workflow_handle(waiting.id))


async def test_servers_that_the_operator_names_are_used_and_left_running(
    tmp_path: Path, database: Database, temporal: TemporalServer
) -> None:
    settings = Settings(
        postgres_dsn=SecretStr(database.owner_dsn),
        app_dsn=SecretStr(database.app_dsn),
        projector_dsn=SecretStr(database.projector_dsn),
        temporal_address=temporal.address,
    )
    async with running_stack(tmp_path, settings=settings) as running:
        assert (running.postgres, running.temporal) == (None, None)
        assert await is_live(running)
    assert await (await temporal.client()).service_client.check_health()


@contextmanager
def up(
    data: Path, ports: Ports | None = None
) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """Run `python -m services.stack` until it runs; yield it and all it started."""
    places = {
        f"TOCSIN_{name.upper()}_PORT": str(port)
        for name, port in dataclasses.asdict(ports or free_ports()).items()
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "services.stack"],
        cwd=ROOT,
        env={**os.environ, **places, "TOCSIN_DATA": str(data)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    try:
        assert any("Ctrl-C ends it" in line for line in process.stdout)
        postmaster = int((data / "postgres/cluster/postmaster.pid").read_text().split()[0])
        started = psutil.Process(process.pid).children(recursive=True)
        yield process, [*started, psutil.Process(postmaster)]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def still_running(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Return what has not ended in time; a dead one that init has not collected yet has ended."""
    _, left = psutil.wait_procs(processes, timeout=seconds)
    return [process for process in left if process.status() != psutil.STATUS_ZOMBIE]


async def test_a_system_that_has_services_is_not_put_on_call_for_the_example(stack: Stack) -> None:
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    async with httpx.AsyncClient(base_url=stack.api_url, headers=headers) as http:
        theirs = {"name": "Checkout", "escalation_policy_id": None}
        told = await http.put("/v1/services/checkout", json=theirs)
        seen = {"after_position": told.json()["position"]}
        assert (await http.get("/v1/services", params=seen)).json()["services"]
        await put_you_on_call(stack, free_port())
        told = await http.put("/v1/services/checkout", json={**theirs, "name": "Later"})
        seen = {"after_position": told.json()["position"]}  # with all that was written before it
        assert (await http.get("/v1/services/example", params=seen)).status_code == 404


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_cleanly_within_ten_seconds(
    tmp_path: Path, ending: signal.Signals
) -> None:
    with up(tmp_path) as (process, started):
        process.send_signal(ending)
        assert process.wait(STOP_SECONDS) == 0
        assert not still_running(started, 1)


def test_a_killed_stack_leaves_nothing_running(tmp_path: Path) -> None:
    with up(tmp_path) as (process, started):
        process.kill()
        process.wait()
        assert not still_running(started, 5)


def test_on_a_new_system_one_request_shows_its_page_in_the_terminal(tmp_path: Path) -> None:
    ports = free_ports()
    with up(tmp_path, ports) as (process, _):
        assert process.stdout
        answer = httpx.post(
            f"http://{HOST}:{ports.api}/v1/incidents",
            json={"title": "Kasse fällt aus", "service_id": "example"},
            headers={"Authorization": f"Bearer {kept_in(tmp_path / KEY_FILE)}"},
        )
        assert answer.json()["paging"] == "scheduled"
        page = next(line for line in process.stdout if line.startswith(">>> PAGE"))
        assert "INC-1001: Kasse fällt aus" in page
        assert "/ack/" in next(process.stdout)
