"""Migrate command: brings a named database, or the embedded one, to this schema."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.access.bootstrap import KEY_FILE, ensure_development_key
from services.exit import FAILED, run
from services.schema.migrations import MigrationRefused, migrate
from services.settings import settings
from services.stack.data_directory import StackRunsAlready, held
from services.stack.postgres.addresses import Databases, named_databases, password
from services.stack.postgres.binaries import PostgresFailedToStart
from services.stack.postgres.server import start_postgres


async def main() -> int:
    """Migrate as owner, and give the application roles the passwords of their addresses."""
    config = settings()
    named = named_databases(config)
    if named is None and config.postgres_dsn is None:
        return await migrate_embedded(config.data)
    if named is None or named.owner_dsn is None:
        print("Set TOCSIN_POSTGRES_DSN, TOCSIN_APP_DSN and TOCSIN_PROJECTOR_DSN.", file=sys.stderr)
        return 2
    if (code := await migrated(named)) != 0:
        return code
    if await ensure_development_key(named.app_dsn, config.data):
        print(f"A first admin key was made; it is kept in {config.data / KEY_FILE}")
    return 0


async def migrate_embedded(data: Path) -> int:
    """Migrate the database of a stack that does not run now."""
    try:
        async with embedded(data) as databases:
            return await migrated(databases)
    except StackRunsAlready:
        print("A stack runs on this directory: it brought the schema up to date when it started.")
        return 0
    except PostgresFailedToStart as failure:
        print(failure, file=sys.stderr)
        return FAILED


@asynccontextmanager
async def embedded(data: Path) -> AsyncIterator[Databases]:
    """Run the embedded PostgreSQL while inside.

    Raises: StackRunsAlready, PostgresFailedToStart.
    """
    with held(data) as directory:
        server = await start_postgres(directory)
        try:
            yield Databases(
                owner_dsn=server.owner_dsn,
                app_dsn=server.app_dsn,
                projector_dsn=server.projector_dsn,
                notary_dsn=server.notary_dsn,
            )
        finally:
            await server.stop()


async def migrated(databases: Databases) -> int:
    """Apply what is missing, a line for each step, and return the exit code."""
    try:
        applied = await migrate(
            databases.owner_dsn or "",
            app_password=password(databases.app_dsn),
            projector_password=password(databases.projector_dsn),
            notary_password=password(databases.notary_dsn) if databases.notary_dsn else None,
            say=lambda line: print(line, flush=True),
        )
    except MigrationRefused as refusal:
        print(f"Not migrated: {refusal}.", file=sys.stderr)
        return FAILED
    print(f"{len(applied)} migrations applied; the schema is up to date")
    return 0


if __name__ == "__main__":
    run(main)
