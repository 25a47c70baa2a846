"""Temporal server: the official dev server on loopback, its state in a file."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from temporalio.client import Client
from temporalio.service import RPCError

from services.stack.data_directory import log_file, state_file
from services.stack.ports import HOST, free_port
from services.stack.progress import Say, silent
from services.stack.temporal.binary import find_binary
from services.stack.temporal.bootstrap import SEARCH_ATTRIBUTES

START_SECONDS = 60
POLL_SECONDS = 0.1
STOP_SECONDS = 2.0  # it takes one
LOG_TAIL = 5  # lines shown when it does not start

# Keys and JSON values of the server's dynamic configuration; deploy/ has the same for the cluster.
DYNAMIC_CONFIG: Mapping[str, str] = MappingProxyType(
    {
        "system.enableActivityEagerExecution": "true",  # without it an activity waits 100 ms
        "system.forceSearchAttributesCacheRefreshOnRead": "true",  # a new one is usable at once
        "matching.enableFairness": "true",  # services take turns where tasks wait
        # After two failures in a row, not five: the reconciler is to know within a minute.
        "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": "2",
    }
)


class TemporalFailedToStart(Exception):
    """The Temporal server ended, or did not serve in time."""


@dataclass(slots=True, kw_only=True)
class RunningTemporal:
    """A dev server that serves on loopback."""

    address: str
    namespace: str
    log: Path
    process: asyncio.subprocess.Process

    @property
    def pid(self) -> int:
        """Return the server's process id."""
        return self.process.pid

    async def stop(self) -> None:
        """End the server; its state stays in its file."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End the server as a power cut would."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalOptions:
    """How to start the dev server. Ports: None takes a free one; no UI port means no UI."""

    cli: Path | None = None
    port: int | None = None
    ui_port: int | None = None
    namespace: str = "default"
    dynamic_config: Mapping[str, str] = DYNAMIC_CONFIG


async def start_temporal(
    data: Path, options: TemporalOptions | None = None, say: Say = silent
) -> RunningTemporal:
    """Start the dev server on the state in `data` and return it once it serves.

    Raises: TemporalNotFound, TemporalFailedToStart.
    """
    running = await launch_temporal(data, options or TemporalOptions(), say)
    await until_serving(running)
    return running


async def launch_temporal(data: Path, options: TemporalOptions, say: Say) -> RunningTemporal:
    """Start the dev server's process; it does not serve yet.

    Raises: TemporalNotFound.
    """
    binary = await find_binary(say, named=options.cli)
    say(f"Temporal: server {binary.server_version} ({binary.source})")
    port = options.port or free_port()
    log = log_file(data, "temporal")
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            binary.path,
            *arguments(state_file(data), port, options),
            env=undirected(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the stack, which ends things in order
        )
    return RunningTemporal(
        address=f"{HOST}:{port}", namespace=options.namespace, log=log, process=process
    )


def arguments(state: Path, port: int, options: TemporalOptions) -> Sequence[str]:
    """Return the command line of the dev server."""
    return [
        *("server", "start-dev", "--ip", HOST, "--port", str(port)),
        *("--db-filename", str(state), "--namespace", options.namespace),
        *(["--ui-port", str(options.ui_port)] if options.ui_port else ["--headless"]),
        "--ui-disable-news-fetch",
        *("--log-level", "warn", "--log-format", "json"),
        *flags("--search-attribute", SEARCH_ATTRIBUTES),
        *flags("--dynamic-config-value", {**DYNAMIC_CONFIG, **options.dynamic_config}),
    ]


def flags(name: str, pairs: Mapping[str, str]) -> list[str]:
    """Return one flag for each pair."""
    return [part for key, value in pairs.items() for part in (name, f"{key}={value}")]


def undirected() -> dict[str, str]:
    """Return our environment without TEMPORAL_*: those speak of another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}


async def until_serving(running: RunningTemporal) -> None:
    """Wait until the server serves; end it when it does not get there.

    Raises: TemporalFailedToStart.
    """
    served = False
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                served = await serves_before_it_ends(running)
    finally:
        if not served:
            await running.kill()
    if not served:
        raise TemporalFailedToStart(
            f"Temporal did not start; see {running.log}\n{end_of(running.log)}"
        )


async def serves_before_it_ends(running: RunningTemporal) -> bool:
    """Wait for the server to serve (True) or to end (False)."""
    while running.process.returncode is None:
        if await serves(running):
            return True
        await asyncio.sleep(POLL_SECONDS)
    return False


async def serves(running: RunningTemporal) -> bool:
    """Ask the server whether it serves."""
    try:
        client = await Client.connect(running.address, namespace=running.namespace)
        return await client.service_client.check_health()
    except (RPCError, RuntimeError):
        return False


def end_of(log: Path) -> str:
    """Return the last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-LOG_TAIL:])
