"""The real servers behind the tests: embedded by default, by address, or in containers."""

import asyncio
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import psutil
from testcontainers.community.postgres import PostgresContainer

from services.schema.migrations import APP, NOTARY, PROJECTOR, migrate
from services.stack.postgres.server import start_postgres
from services.stack.supervisor.lifeline import watched

POSTGRES_IMAGE = "postgres:18"
APP_PASSWORD = "app-password-of-the-tests"
PROJECTOR_PASSWORD = "projector-password-of-the-tests"
NOTARY_PASSWORD = "notary-password-of-the-tests"

MEMORY = Path("/dev/shm")  # Linux has its memory there, as a folder
SCRATCH = "tocsin-tests"
ROOM = 4 * 1024**3  # bytes: several times what the servers of a session write


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """One database of a test, with an address for each role."""

    owner_dsn: str

    @property
    def name(self) -> str:
        return urlsplit(self.owner_dsn).path.removeprefix("/")

    @property
    def app_dsn(self) -> str:
        return self._dsn(APP, APP_PASSWORD)

    @property
    def projector_dsn(self) -> str:
        return self._dsn(PROJECTOR, PROJECTOR_PASSWORD)

    @property
    def notary_dsn(self) -> str:
        return self._dsn(NOTARY, NOTARY_PASSWORD)

    def sibling(self, name: str) -> "Database":
        return Database(owner_dsn=urlsplit(self.owner_dsn)._replace(path=f"/{name}").geturl())

    def _dsn(self, role: str, password: str) -> str:
        parts = urlsplit(self.owner_dsn)
        address = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=f"{role}:{password}@{address}").geturl()


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """Yield a folder for servers that end with the tests: in memory where there is room.

    A server still waits until its data is on the disk, which takes no time there.
    """
    parent = Path(tempfile.gettempdir())
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        parent = MEMORY
    sweep(parent)
    with tempfile.TemporaryDirectory(
        prefix=f"{SCRATCH}-{os.getpid()}-{name}-", dir=parent
    ) as folder:
        yield Path(folder)


def sweep(parent: Path) -> None:
    """Remove the folders of test sessions that were killed; their servers ended with them."""
    for folder in parent.glob(f"{SCRATCH}-*"):
        if not psutil.pid_exists(int(folder.name.split("-")[2])):
            shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def postgres_server() -> AsyncIterator[Database]:
    """Yield the maintenance database of a server that lives as long as the test session."""
    if dsn := os.environ.get("TOCSIN_TEST_POSTGRES_DSN"):
        yield Database(owner_dsn=dsn)
    elif os.environ.get("TOCSIN_TEST_STACK") == "containers":
        container = await asyncio.to_thread(PostgresContainer(POSTGRES_IMAGE, driver=None).start)
        try:
            yield Database(owner_dsn=container.get_connection_url())
        finally:
            await asyncio.to_thread(container.stop)
    else:
        with scratch("postgres") as folder:
            async with watched() as watch:
                server = await start_postgres(folder)
                if server.pid is not None:
                    watch.watch(server.pid, signal.SIGQUIT)
                try:
                    yield Database(owner_dsn=server.owner_dsn)
                finally:
                    await server.stop()


@asynccontextmanager
async def migrated_template(server: Database) -> AsyncIterator[Database]:
    """Yield a migrated database that nobody connects to, to be copied for each test."""
    template = server.sibling(f"tocsin_template_{secrets.token_hex(6)}")
    await command(server, f"create database {template.name}")
    await migrate(
        template.owner_dsn,
        app_password=APP_PASSWORD,
        projector_password=PROJECTOR_PASSWORD,
        notary_password=NOTARY_PASSWORD,
    )
    yield template
    await command(server, f"drop database {template.name} with (force)")


@asynccontextmanager
async def fresh_database(server: Database, template: Database) -> AsyncIterator[Database]:
    """Yield a database of one's own, migrated and empty."""
    database = server.sibling(f"tocsin_test_{secrets.token_hex(6)}")
    await command(server, f"create database {database.name} template {template.name}")
    yield database
    await command(server, f"drop database {database.name} with (force)")


async def command(server: Database, sql: str) -> None:
    """Run one statement that may not run inside a transaction."""
    connection = await asyncpg.connect(server.owner_dsn)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
