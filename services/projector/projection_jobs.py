"""Projection jobs: keep read models up to date and build those of another version."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
import structlog

from events.log.privacy.keyring import Keyring
from projections.live.batch_size import BatchSize
from projections.live.runner import Runner
from projections.revisions.upgrading import Upgrades
from services.jobs import Job

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

logs = structlog.get_logger(__name__)


def projection_job(dsn: str, moved: Callable[[], None], keyring: Keyring | None = None) -> Job:
    """Return the job that keeps every projection up to date; it says `moved` after new events."""
    owner, size = owner_here(), BatchSize()

    async def project() -> None:
        async with connected(dsn, FOLLOWING) as connection:
            runner = Runner(connection, owner, keyring=keyring, size=size)
            async with released(runner):
                await runner.start()
                try:
                    await runner.follow(moved)
                except INTERRUPTIONS:
                    size.interrupted()  # it may have been the page that took too long
                    raise

    return _job("projecting", project)


def upgrade_job(dsn: str, keyring: Keyring | None = None) -> Job:
    """Return the job that builds what another version of the rules has made, beside it."""
    owner = owner_here()

    async def upgrade() -> None:
        async with connected(dsn, BUILDING) as connection:
            upgrades = Upgrades(connection, owner, keyring=keyring)
            while True:
                await upgrades.look()
                await asyncio.sleep(LOOK_EVERY)

    return _job("upgrading", upgrade)


def _job(name: str, work: Callable[[], Awaitable[None]]) -> Job:
    return Job(
        name=name,
        work=work,
        pause=FIRST_PAUSE,
        longest_pause=LONGEST_PAUSE,
        interruptions=INTERRUPTIONS,
    )


def owner_here() -> str:
    """Return a name that no other process has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"


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
