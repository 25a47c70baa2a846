"""Projects for as long as the process lives, whatever it owns; no fault is the last word."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
import structlog

from events.log.keyring import Keyring
from projections.runner import Runner

FIRST_PAUSE: Final = 0.1  # seconds
LONGEST_PAUSE: Final = 2.0  # seconds
RELEASE_SECONDS: Final = 0.5
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

logs = structlog.get_logger(__name__)


async def project_for_ever(
    dsn: str, moved: Callable[[], None], keyring: Keyring | None = None
) -> None:
    """Keep every projection up to date until cancelled; say `moved` after every new event."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"
    pause = FIRST_PAUSE
    while True:
        try:
            async with connected(dsn) as connection:
                runner = Runner(connection, owner, keyring=keyring)
                async with released(runner):
                    await runner.start()
                    pause = FIRST_PAUSE
                    await runner.follow(moved)
        except (
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


@asynccontextmanager
async def released(runner: Runner) -> AsyncIterator[None]:
    """Give the leases back at the end, if the server answers; else they run out by themselves."""
    try:
        yield
    finally:
        try:
            async with asyncio.timeout(RELEASE_SECONDS):
                await runner.release()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as trouble:
            logs.info("leases_left_to_run_out", reason=str(trouble))
