"""Projects for as long as the process lives: one owner at a time, and no fault is the last word."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
import structlog

from events.log.keyring import Keyring
from projections.checkpoints import LogForked, ProjectionFenced
from projections.runner import Runner

OWNERSHIP: Final = 0x70726F6A  # "proj": one projector in a database
STANDBY_PAUSE: Final = 0.5  # seconds between two looks whether the owner has gone
FIRST_PAUSE: Final = 0.1  # seconds
LONGEST_PAUSE: Final = 2.0  # seconds
REFUSED_PAUSE: Final = 15.0  # seconds; a person has to act
CONNECT_SECONDS: Final = 3.0
COMMAND_SECONDS: Final = 60.0

SETTINGS = {
    "application_name": "tocsin projector",
    # A crash may take rows and checkpoint back together, never one without the other, and never
    # rows of an event that is lost: PostgreSQL recovers to one place in its write-ahead log.
    "synchronous_commit": "off",
}

logs = structlog.get_logger(__name__)


async def project_for_ever(
    dsn: str, moved: Callable[[], None], keyring: Keyring | None = None
) -> None:
    """Keep every projection up to date until cancelled; say `moved` after every new event."""
    owner = f"{socket.gethostname()}:{os.getpid()}"
    pause = FIRST_PAUSE
    while True:
        try:
            async with connected(dsn) as connection:
                await own(connection)
                runner = Runner(connection, owner, keyring=keyring)
                await runner.start()
                logs.info("projecting", owner=owner)
                pause = FIRST_PAUSE
                await runner.follow(moved)
        except LogForked as refusal:
            logs.error("projecting_refused", reason=str(refusal))  # noqa: TRY400  it says it all
            await asyncio.sleep(REFUSED_PAUSE)
        except (
            ProjectionFenced,
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            OSError,
        ) as trouble:
            logs.warning("projecting_interrupted", reason=str(trouble), next_try_seconds=pause)
        except Exception:
            logs.exception("projecting_failed", next_try_seconds=pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """Hold a connection; it ends at once, also when the server does not answer."""
    connection = await asyncpg.connect(
        dsn,
        timeout=CONNECT_SECONDS,
        command_timeout=COMMAND_SECONDS,
        server_settings=SETTINGS,
    )
    try:
        yield connection
    finally:
        connection.terminate()


async def own(connection: asyncpg.Connection) -> None:
    """Return once no other process projects; the connection's end gives the ownership back."""
    waiting = False
    while not await connection.fetchval("select pg_try_advisory_lock($1)", OWNERSHIP):
        if not waiting:
            logs.info("projecting_standby")
            waiting = True
        await asyncio.sleep(STANDBY_PAUSE)
