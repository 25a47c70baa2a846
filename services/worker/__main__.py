"""Worker process: `python -m services.worker`."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Final

import structlog
from temporalio.client import Client

from activities.follow_up.planning import ReminderPlanning
from activities.hand_off.planning import NoticePlanning
from activities.meeting_invitation.planning import InvitationPlanning
from activities.questions.planning import QuestionPlanning
from activities.recording import Recording
from events.errors import LogUnavailable
from events.log.liveness.pulses import PULSE_EVERY, pulse
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from services.alive import alive
from services.channels import LinkKeyMissing, delivering, issue_keeping, status_updates
from services.commanding.accepted import WaitingAnswers
from services.exit import FAILED, run
from services.jobs import Job, reached, run_forever
from services.keys import data_converter, subject_keyring
from services.process import run_until_stopped, unless_stopped
from services.settings import Settings
from services.worker.heartbeats.watching import HeartbeatWatch
from services.worker.workers import (
    announcer,
    follow_up_worker,
    hand_off_worker,
    heartbeat_worker,
    incident_worker,
    meeting_worker,
    questions_worker,
)

NEEDS: Final = ("app_dsn", "temporal_address")
CONNECT_SECONDS: Final = 5.0
REFUSED: Final = (RuntimeError, TimeoutError)  # the SDK's words for a refused connection

logs = structlog.get_logger(__name__)


async def work(config: Settings, stopping: asyncio.Event) -> int:
    """Work once PostgreSQL and Temporal answer; return the exit code.

    Raises: KeysUnusable, and what breaks a worker.
    """
    keyring, converter = subject_keyring(config), data_converter(config)
    open_log = partial(
        PostgresLog.open,
        config.required("app_dsn"),
        durable_commit=config.durable_commit,
        keyring=keyring,
    )

    async def connect() -> Client:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await Client.connect(
                config.required("temporal_address"),
                namespace=config.temporal_namespace,
                data_converter=converter,
            )

    log = await unless_stopped(stopping, reached("postgres", open_log, (LogUnavailable,)))
    if log is None:
        return 0
    try:
        client = await unless_stopped(stopping, reached("temporal", connect, REFUSED))
        return 0 if client is None else await serve(config, stopping, log, client)
    finally:
        await log.close()


async def serve(config: Settings, stopping: asyncio.Event, log: PostgresLog, client: Client) -> int:
    """Run the workers until asked to stop, or until one of them breaks."""
    try:
        sender = delivering(log, config)
    except LinkKeyMissing as missing:
        logs.error("settings_missing", reason=str(missing))  # noqa: TRY400  the text says it all
        return FAILED
    recording = Recording(log, WaitingAnswers(PostgresInbox(log.database)))
    incident = incident_worker(client, recording, sender)
    comms = announcer(client, recording, status_updates(log, config), sender)
    on_call = hand_off_worker(client, recording, NoticePlanning(log), sender)
    heartbeats = heartbeat_worker(client, HeartbeatWatch(log))
    reminders = ReminderPlanning(log, log.database)
    follow_ups = follow_up_worker(client, recording, reminders, issue_keeping(log, config), sender)
    meetings = meeting_worker(client, recording, InvitationPlanning(log), sender)
    beating = alive(config.alive_file)
    questions = questions_worker(client, recording, QuestionPlanning(log, log.database), sender)
    workers = (incident, comms, on_call, heartbeats, follow_ups, meetings, questions)
    async with AsyncExitStack() as running:
        for one in (*workers, beating, pulsing(log)):
            await running.enter_async_context(one)
        logs.info("process_started", temporal=config.temporal_address)
        await stopping.wait()
    logs.info("process_stopped")
    return 0


@asynccontextmanager
async def pulsing(log: PostgresLog) -> AsyncIterator[None]:
    """Write this worker's heartbeat every moment, where the fallback pager looks."""
    beat = partial(pulse, log.database, f"{socket.gethostname()}:{os.getpid()}")
    beats = asyncio.create_task(run_forever(Job(name="pulse", work=beat, pause=PULSE_EVERY)))
    try:
        yield
    finally:
        beats.cancel()
        await asyncio.wait([beats])


if __name__ == "__main__":
    run(partial(run_until_stopped, "worker", NEEDS, work))
