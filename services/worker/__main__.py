"""Run the worker process: `python -m services.worker`."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from temporalio.client import Client
from temporalio.converter import DataConverter

from activities.recording import Recording
from events.errors import LogFault, LogUnavailable
from events.log.inbox import PostgresInbox
from events.log.keyring import Keyring, KeysUnusable
from events.log.postgres import PostgresLog
from events.log.pulses import PULSE_EVERY, pulse
from services.alive import alive
from services.channels import LinkKeyMissing, announcing, paging
from services.commanding.accepted import WaitingAnswers
from services.exit import FAILED, run
from services.keys import data_converter, subject_keyring
from services.logs import configure_logs
from services.settings import Settings, settings
from services.worker.workers import announcer, incident_worker

logs = structlog.get_logger(__name__)

LONGEST_PAUSE = 5.0  # seconds between two looks for a server that is not there


async def main() -> int:
    """Work until SIGTERM or SIGINT; return the exit code."""
    told = settings()
    configure_logs("worker", told.log_level)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    if told.app_dsn is None or told.temporal_address is None:
        logs.error("settings_missing", needed=["TOCSIN_APP_DSN", "TOCSIN_TEMPORAL_ADDRESS"])
        return FAILED
    try:
        keyring, converter = subject_keyring(told), data_converter(told)
    except KeysUnusable as wrong:
        logs.error("settings_wrong", reason=str(wrong))  # noqa: TRY400  the text says it all
        return FAILED
    serving = asyncio.create_task(serve(told, stopping, keyring, converter))
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if not stopping.is_set():
        waiting.cancel()
    return await serving


async def serve(
    told: Settings, stopping: asyncio.Event, keyring: Keyring, converter: DataConverter
) -> int:
    """Run the workers until told to stop, or until one of them breaks."""
    log = await open_log(told, stopping, keyring)
    client = await connect(told, stopping, converter)
    if log is None or client is None:
        return 0
    try:
        pager = paging(log, told)
    except LinkKeyMissing as missing:
        logs.error("settings_missing", reason=str(missing))  # noqa: TRY400  the text says it all
        await log.close()
        return FAILED
    recording = Recording(log, WaitingAnswers(PostgresInbox(log.database)))
    incident = incident_worker(client, recording, pager)
    comms = announcer(client, recording, announcing(log, told))
    try:
        async with incident, comms, alive(told.alive_file), pulsing(log):
            logs.info("worker_started", temporal=told.temporal_address)
            await stopping.wait()
    finally:
        await log.close()
    logs.info("worker_stopped")
    return 0


@asynccontextmanager
async def pulsing(log: PostgresLog) -> AsyncIterator[None]:
    """Say every moment that this worker lives, where whoever pages without one looks."""
    name = f"{socket.gethostname()}:{os.getpid()}"
    beats = asyncio.create_task(pulse_for_ever(log, name))
    try:
        yield
    finally:
        beats.cancel()
        await asyncio.wait([beats])


async def pulse_for_ever(log: PostgresLog, name: str) -> None:
    """Pulse until cancelled; no fault is the last word."""
    while True:
        try:
            await pulse(log.database, name)
        except LogFault as fault:
            logs.warning("pulse_missed", reason=str(fault))
        await asyncio.sleep(PULSE_EVERY)


async def open_log(told: Settings, stopping: asyncio.Event, keyring: Keyring) -> PostgresLog | None:
    """Return the log once PostgreSQL answers, None when told to stop before."""
    pause = 0.1
    while not stopping.is_set() and told.app_dsn is not None:
        try:
            return await PostgresLog.open(
                told.app_dsn.get_secret_value(),
                durable_commit=told.durable_commit,
                keyring=keyring,
            )
        except LogUnavailable:
            logs.warning("postgres_unreachable", next_try_seconds=pause)
        pause = await rest(pause, stopping)
    return None


async def connect(
    told: Settings, stopping: asyncio.Event, converter: DataConverter
) -> Client | None:
    """Return a client once Temporal answers, None when told to stop before."""
    pause = 0.1
    while not stopping.is_set() and told.temporal_address is not None:
        try:
            async with asyncio.timeout(LONGEST_PAUSE):
                return await Client.connect(
                    told.temporal_address,
                    namespace=told.temporal_namespace,
                    data_converter=converter,
                )
        except (RuntimeError, TimeoutError):  # the SDK's words for a refused connection
            logs.warning("temporal_unreachable", next_try_seconds=pause)
        pause = await rest(pause, stopping)
    return None


async def rest(pause: float, stopping: asyncio.Event) -> float:
    """Wait for the pause or the stop, and return the next, longer pause in seconds."""
    try:
        async with asyncio.timeout(pause):
            await stopping.wait()
    except TimeoutError:
        pass
    return min(2 * pause, LONGEST_PAUSE)


if __name__ == "__main__":
    run(main)
