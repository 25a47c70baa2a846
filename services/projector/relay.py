"""Relay: carries outbox and inbox to Temporal, and pages without it when it is down."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from temporalio.client import Client
from temporalio.converter import DataConverter

from activities.delivery.delivering import Delivering
from events.errors import LogFault
from events.log.intake.arrivals import tend_arrivals
from events.log.postgres import PostgresLog
from events.log.privacy.keyring import Keyring
from events.log.queues.inbox import PostgresInbox
from events.log.queues.outbox import PostgresOutbox
from events.log.refusals import PostgresRefusals
from services.jobs import Job, reached, run_forever
from services.projector.alerts.calming import Calming
from services.projector.alerts.held_alerts import HeldAlerts
from services.projector.alerts.maintenance import MaintenanceEnds
from services.projector.alerts.silent_alerts import SilentAlerts
from services.projector.announcements import Announcements
from services.projector.deferred_commands import DeferredCommands
from services.projector.fallback_pager import FallbackPager
from services.projector.invitations import Invitations
from services.projector.postmortems import PostmortemStarter
from services.projector.probes import Probes
from services.projector.receipts import Receipts
from services.projector.reconciler.reconciler import reconciling
from services.projector.standing.follow_ups import FollowUps
from services.projector.standing.hand_offs import HandOffs
from services.projector.standing.heartbeats import HeartbeatStarter
from services.projector.standing.questions import QuestionStarter
from services.projector.starts import Starts
from services.projector.stray_alerts import StrayAlerts
from services.temporal.client import client_of
from services.temporal.payload_converter import DATA_CONVERTER
from services.temporal.task_queues import somebody_works

PAUSE: Final = 1.0  # seconds, unless the log has moved
LOOK_PAUSE: Final = 5.0  # seconds between two looks of the fallback pager
TEND_PAUSE: Final = 1800.0  # seconds: the tables of three days are ahead
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
    delivering: Callable[[PostgresLog], Delivering] | None = None  # None: no fallback pager
    fallback_after: timedelta = timedelta(seconds=60)
    arrivals_days: int = 30  # that monitors' messages are kept
    probe_every: timedelta = timedelta(0)  # none: the dead-man switch is off


async def relay_forever(addresses: Addresses, moved: asyncio.Event) -> None:
    """Relay until cancelled; `moved` says that the log has grown, so that work may have come."""
    async with opened_log(addresses.app_dsn, addresses.keyring) as log:
        client = await client_of(
            addresses.temporal_address, addresses.temporal_namespace, addresses.converter
        )
        async with reconciling(log, client) as reconciler, asyncio.TaskGroup() as tasks:
            for job in (*jobs(log, client, addresses, moved), reconciler):
                tasks.create_task(run_forever(job))


def jobs(
    log: PostgresLog, client: Client, addresses: Addresses, moved: asyncio.Event
) -> Iterator[Job]:
    """Yield what the relay does, each by itself: none waits for another."""
    inbox, outbox = PostgresInbox(log.database), PostgresOutbox(log.database)
    commands = DeferredCommands(log, inbox, PostgresRefusals(log.database), client)
    announcements = Announcements(log, log.database, outbox, client)
    yield Job(name="starts", work=Starts(log, outbox, client).step, pause=PAUSE, wakes_on=moved)
    yield Job(name="receipts", work=Receipts(log, outbox, client).relay, pause=PAUSE)
    yield Job(name="announcements", work=announcements.relay, pause=PAUSE)
    postmortems = PostmortemStarter(log, outbox)
    yield Job(name="postmortems", work=postmortems.relay, pause=PAUSE)
    invitations = Invitations(log.database, outbox, client)
    yield Job(name="invitations", work=invitations.step, pause=PAUSE)
    yield from standing(log, client, moved)
    yield Job(name="deferred_commands", work=commands.relay, pause=PAUSE)
    forget = partial(tend_arrivals, log.database, addresses.arrivals_days)
    yield Job(name="arrivals_kept", work=forget, pause=TEND_PAUSE)
    held = HeldAlerts(log, inbox)
    yield Job(name="held_alerts", work=held.step, pause=PAUSE)
    yield Job(name="stray_alerts", work=StrayAlerts(log, inbox).relay, pause=PAUSE)
    silent = SilentAlerts(log)
    yield Job(name="silent_alerts", work=silent.step, pause=PAUSE)
    yield Job(name="storms", work=Calming(log).step, pause=LOOK_PAUSE)
    yield Job(name="alert_news_kept", work=silent.tend, pause=TEND_PAUSE)
    maintenance = MaintenanceEnds(log, inbox)
    yield Job(name="maintenance", work=maintenance.step, pause=PAUSE)
    if addresses.probe_every:
        probes = Probes(log.database, outbox, client, addresses.probe_every)
        yield Job(name="probes", work=probes.step, pause=PAUSE)
    if addresses.delivering is not None:
        pager = FallbackPager(
            log,
            log.database,
            inbox,
            addresses.delivering(log),
            somebody_works=partial(somebody_works, client, database=log.database),
            grace=addresses.fallback_after,
        )
        yield Job(name="fallback_pager", work=pager.look, pause=LOOK_PAUSE)


def standing(log: PostgresLog, client: Client, moved: asyncio.Event) -> Iterator[Job]:
    """Yield what keeps a workflow for each thing that wants one, for as long as it does."""
    hand_offs = HandOffs(log.database, client)
    yield Job(name="hand_offs", work=hand_offs.step, pause=PAUSE, wakes_on=moved)
    follow_ups = FollowUps(log.database, client)
    yield Job(name="follow_ups", work=follow_ups.step, pause=PAUSE, wakes_on=moved)
    questions = QuestionStarter(log.database, client)
    yield Job(name="questions", work=questions.step, pause=PAUSE, wakes_on=moved)
    heartbeats = HeartbeatStarter(log.database, client)
    yield Job(name="heartbeats", work=heartbeats.step, pause=PAUSE, wakes_on=moved)


@asynccontextmanager
async def opened_log(app_dsn: str, keyring: Keyring | None) -> AsyncIterator[PostgresLog]:
    """Open the log as soon as PostgreSQL answers, and give it back at the end."""
    log = await reached(
        "postgres", partial(PostgresLog.open, app_dsn, keyring=keyring), (LogFault,)
    )
    try:
        yield log
    finally:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await log.close()
        except TimeoutError:
            logs.warning("log_left_open")
