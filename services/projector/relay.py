"""The relay: carries outbox and inbox to Temporal, and pages without it when it is not there."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from temporalio.converter import DataConverter

from activities.delivery.paging import Paging
from events.errors import LogFault
from events.log.inbox import PostgresInbox
from events.log.keyring import Keyring
from events.log.outbox import PostgresOutbox
from events.log.postgres import PostgresLog
from events.log.refusals import PostgresRefusals
from services.projector.announcements import Announcements
from services.projector.deferred_commands import DeferredCommands
from services.projector.fallback_pager import FallbackPager
from services.projector.reconciler.reconciler import reconcile_for_ever
from services.projector.starts import Starts
from services.projector.stray_alerts import StrayAlerts
from services.projector.temporal_client import client_of, somebody_works
from services.temporal.payload_converter import DATA_CONVERTER

PAUSE: Final = 1.0  # seconds, unless the log has moved
LOOK_PAUSE: Final = 5.0  # seconds between two looks of the fallback pager
WARN_PAUSE: Final = 5.0  # seconds; with the patience it stays below the promised minute
CLOSE_SECONDS: Final = 0.5

logs = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the relay finds the log, with the right to append, and Temporal; with their keys."""

    app_dsn: str
    temporal_address: str
    temporal_namespace: str
    keyring: Keyring | None = None
    converter: DataConverter = DATA_CONVERTER
    paging: Callable[[PostgresLog], Paging] | None = None  # None: no fallback pager
    fallback_after: timedelta = timedelta(seconds=60)


async def relay_for_ever(addresses: Addresses, moved: asyncio.Event) -> None:
    """Relay until cancelled; `moved` says that the log has grown, so that work may have come."""
    async with opened_log(addresses.app_dsn, addresses.keyring) as log:
        client = await client_of(
            addresses.temporal_address, addresses.temporal_namespace, addresses.converter
        )
        starts = Starts(log, PostgresOutbox(log.database), client)
        announcements = Announcements(log, log.database, PostgresOutbox(log.database), client)
        inbox = PostgresInbox(log.database)
        commands = DeferredCommands(log, inbox, PostgresRefusals(log.database), client)

        looked_at = 0.0

        async def start() -> int:
            nonlocal looked_at
            moved.clear()
            if time.monotonic() - looked_at > WARN_PAUSE:  # never beside a start: one says it is on
                await starts.warn()
                looked_at = time.monotonic()
            return await starts.relay()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(again_and_again("starts", start, moved))
            tasks.create_task(again_and_again("announcements", announcements.relay, None))
            tasks.create_task(again_and_again("deferred_commands", commands.relay, None))
            tasks.create_task(again_and_again("stray_alerts", StrayAlerts(log, inbox).relay, None))
            if addresses.paging is not None:
                pager = FallbackPager(
                    log,
                    log.database,
                    inbox,
                    addresses.paging(log),
                    somebody_works=partial(somebody_works, client, database=log.database),
                    grace=addresses.fallback_after,
                )
                look = again_and_again("fallback_pager", pager.look, None, pause=LOOK_PAUSE)
                tasks.create_task(look)
            tasks.create_task(reconcile_for_ever(log, client))


@asynccontextmanager
async def opened_log(app_dsn: str, keyring: Keyring | None) -> AsyncIterator[PostgresLog]:
    """Open the log as soon as PostgreSQL answers, and give it back at the end."""
    log = await reached_log(app_dsn, keyring)
    try:
        yield log
    finally:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await log.close()
        except TimeoutError:
            logs.warning("log_left_open")


async def reached_log(app_dsn: str, keyring: Keyring | None) -> PostgresLog:
    """Return the log once PostgreSQL answers."""
    while True:
        try:
            return await PostgresLog.open(app_dsn, keyring=keyring)
        except LogFault as fault:
            logs.warning("relay_waits_for_postgres", reason=str(fault))
        await asyncio.sleep(PAUSE)


async def again_and_again(
    what: str,
    work: Callable[[], Awaitable[int]],
    moved: asyncio.Event | None,
    pause: float = PAUSE,
) -> None:
    """Do the work for ever: at once while there is some, else when the log moves or time passes."""
    while True:
        try:
            done = await work()
        except LogFault as fault:
            logs.warning("relay_waits_for_postgres", work=what, reason=str(fault))
            done = 0
        except Exception:
            logs.exception("relay_failed", work=what)
            done = 0
        if not done:
            await rest(moved, pause)


async def rest(moved: asyncio.Event | None, pause: float) -> None:
    """Wait a little, or until the log has moved."""
    if moved is None:
        await asyncio.sleep(pause)
        return
    try:
        async with asyncio.timeout(pause):
            await moved.wait()
    except TimeoutError:
        return
