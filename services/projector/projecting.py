"""Projects for as long as the process lives, whatever it owns; no fault is the last word."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
import structlog

from events.log.keyring import Keyring
from projections.engine.batch_size import BatchSize
from projections.rebuilding.upgrading import Upgrades
from projections.running.runner import Runner

FIRST_PAUSE: Final = 0.1  # seconds
LONGEST_PAUSE: Final = 2.0  # seconds
RELEASE_SECONDS: Final = 0.5
LOOK_EVERY: Final = 1.0  # seconds between two looks for rows of another version
CONNECT_SECONDS: Final = 3.0
COMMAND_SECONDS: Final = 60.0

SETTINGS = {
    "application_name": "tocsin projector",
    # A crash may take rows and checkpoint back together, never one without the other, and never
    # rows of an event that is lost: PostgreSQL recovers to one place in its write-ahead log.
    "synchronous_commit": "off",
    # Shorter than a lease: locks of a process that was frozen must not hold its successor up.
    "idle_in_transaction_session_timeout": "4s",
}
# The same for one that was frozen in the middle of a statement; a page that takes longer than this
# would outlive its lease by far.
FOLLOWING = SETTINGS | {"transaction_timeout": "12s"}
BUILDING = SETTINGS | {"transaction_timeout": "60s"}

INTERRUPTIONS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)

type Begun = Callable[[], None]
type Work = Callable[[asyncpg.Connection, Begun], Awaitable[None]]

logs = structlog.get_logger(__name__)


async def project_for_ever(
    dsn: str, moved: Callable[[], None], keyring: Keyring | None = None
) -> None:
    """Keep every projection up to date until cancelled; say `moved` after every new event."""
    owner, size = owner_here(), BatchSize()

    async def project(connection: asyncpg.Connection, begun: Begun) -> None:
        runner = Runner(connection, owner, keyring=keyring, size=size)
        async with released(runner):
            await runner.start()
            begun()
            try:
                await runner.follow(moved)
            except INTERRUPTIONS:
                size.interrupted()  # it may have been the page that took too long
                raise

    await for_ever(dsn, project, FOLLOWING)


async def upgrade_for_ever(dsn: str, keyring: Keyring | None = None) -> None:
    """Build what another version of the rules has made, beside it, until cancelled."""
    owner = owner_here()

    async def upgrade(connection: asyncpg.Connection, begun: Begun) -> None:
        upgrades = Upgrades(connection, owner, keyring=keyring)
        while True:
            await upgrades.look()
            begun()
            await asyncio.sleep(LOOK_EVERY)

    await for_ever(dsn, upgrade, BUILDING)


def owner_here() -> str:
    """Return a name that no other process has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"


async def for_ever(dsn: str, work: Work, settings: dict[str, str]) -> None:
    """Do some work on a connection, again whenever it fails; it says when it has begun well."""
    pause = FIRST_PAUSE

    def begun() -> None:
        nonlocal pause
        pause = FIRST_PAUSE

    while True:
        try:
            async with connected(dsn, settings) as connection:
                await work(connection, begun)
        except INTERRUPTIONS as trouble:
            logs.warning("projecting_interrupted", reason=str(trouble), next_try_seconds=pause)
        except Exception:
            logs.exception("projecting_failed", next_try_seconds=pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


@asynccontextmanager
async def connected(
    dsn: str, settings: dict[str, str] = FOLLOWING
) -> AsyncIterator[asyncpg.Connection]:
    """Hold a connection; it ends at once, also when the server does not answer."""
    connection = await asyncpg.connect(
        dsn,
        timeout=CONNECT_SECONDS,
        command_timeout=COMMAND_SECONDS,
        server_settings=settings,
    )
    try:
        yield connection
    finally:
        connection.terminate()


@asynccontextmanager
async def released(runner: Runner) -> AsyncIterator[None]:
    """Give the leases back at the end, if the server answers; else they run out by themselves."""
    try:
        yield
    finally:
        try:
            async with asyncio.timeout(RELEASE_SECONDS):
                await runner.release()
        except INTERRUPTIONS as trouble:
            logs.info("leases_left_to_run_out", reason=str(trouble))
