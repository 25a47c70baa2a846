"""The real Temporal server behind the tests: embedded by default, by address, or in a container."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from testcontainers.core.container import DockerContainer

from services.stack.progress import Say
from services.stack.supervisor.lifeline import watched
from services.stack.temporal.binary import find_binary
from services.stack.temporal.bootstrap import prepare
from services.stack.temporal.server import TemporalOptions, start_temporal
from tests.servers import scratch

TEMPORAL_IMAGE = "temporalio/temporal:1.8.2"
NAMESPACE = "default"
FEW_EVENTS = (
    "200"  # then the server suggests continue-as-new, so that tests need not write thousands
)
DYNAMIC_CONFIG: Mapping[str, str] = {"limit.historyCount.suggestContinueAsNew": FEW_EVENTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalServer:
    """A server for a whole test session."""

    address: str
    namespace: str = NAMESPACE
    ours: bool = True  # False: somebody else may have workflows there

    async def client(self) -> Client:
        return await Client.connect(
            self.address, namespace=self.namespace, data_converter=pydantic_data_converter
        )


@asynccontextmanager
async def temporal_server() -> AsyncIterator[TemporalServer]:
    """Yield a server that lives as long as the test session."""
    if address := os.environ.get("TOCSIN_TEST_TEMPORAL_ADDRESS"):
        await prepare(address, NAMESPACE)
        yield TemporalServer(address=address, ours=False)
    elif os.environ.get("TOCSIN_TEST_STACK") == "containers":
        async with container() as address:
            await prepare(address, NAMESPACE)
            yield TemporalServer(address=address)
    else:
        options = TemporalOptions(dynamic_config=DYNAMIC_CONFIG, cli=named_cli())
        with scratch("temporal") as folder:
            async with watched() as watch:
                running = await start_temporal(folder, options)
                watch.watch(running.pid)
                try:
                    yield TemporalServer(address=running.address)
                finally:
                    await running.kill()


async def at_hand(say: Say) -> None:
    """Have the embedded server's program, if it is the one that the session uses."""
    elsewhere = os.environ.get("TOCSIN_TEST_TEMPORAL_ADDRESS")
    if not elsewhere and os.environ.get("TOCSIN_TEST_STACK") != "containers":
        await find_binary(say, named=named_cli())


def named_cli() -> Path | None:
    """Return the program that TOCSIN_TEMPORAL_CLI names."""
    named = os.environ.get("TOCSIN_TEMPORAL_CLI")
    return Path(named) if named else None


@asynccontextmanager
async def container() -> AsyncIterator[str]:
    """Yield the address of a dev server in a container."""
    settings = " ".join(f"--dynamic-config-value {k}={v}" for k, v in DYNAMIC_CONFIG.items())
    server = (
        DockerContainer(TEMPORAL_IMAGE)
        .with_command(f"server start-dev --ip 0.0.0.0 --headless {settings}")
        .with_exposed_ports(7233)
    )
    await asyncio.to_thread(server.start)
    try:
        yield f"{server.get_container_host_ip()}:{server.get_exposed_port(7233)}"
    finally:
        await asyncio.to_thread(server.stop)
