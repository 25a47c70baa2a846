"""Reaching what is outside of a process that takes messages: the database and Temporal."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import structlog

from events.log.database import Database
from events.log.intake.alert_news import heard_of
from events.log.intake.arrivals import PostgresArrivals
from events.log.intake.dead_letters import PostgresDeadLetters
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from events.log.refusals import PostgresRefusals
from services.api.dependencies import Dependencies
from services.commanding.refused import RefusedCommands
from services.identity.settings import sessions_of
from services.keys import data_converter, subject_keyring
from services.settings import Settings
from services.temporal.gateway import TemporalGateway

CONNECTIONS: Final = 20  # to PostgreSQL, beside the one that appends
CLOSE_SECONDS: Final = 0.5

logs = structlog.get_logger(__name__)


@asynccontextmanager
async def reached_later(config: Settings) -> AsyncIterator[Dependencies]:
    """Yield dependencies that connect when first used: until they can, senders are put off.

    Raises: KeysUnusable.
    """
    keyring, converter = subject_keyring(config), data_converter(config)
    address, namespace = config.required("temporal_address"), config.temporal_namespace
    dsn = config.required("app_dsn")
    database = await Database.open(dsn, smallest=0, largest=CONNECTIONS)
    log = PostgresLog(dsn, database, config.durable_commit, keyring)
    try:
        yield Dependencies(
            log=log,
            database=database,
            inbox=PostgresInbox(database),
            refused=RefusedCommands(PostgresRefusals(database)),
            arrivals=PostgresArrivals(database, keyring),
            dead_letters=PostgresDeadLetters(database, keyring),
            temporal=TemporalGateway(address, namespace, converter=converter),
            note=partial(heard_of, database),
            settings=config,
            sessions=sessions_of(log, database, config),
        )
    finally:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await log.close()
        except TimeoutError:
            logs.warning("connections_left", reason="PostgreSQL did not answer")
