"""Servers: the real ones a benchmark runs on, in a folder that is gone afterwards."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from services.schema.migrations import APP, NOTARY, PROJECTOR, migrate
from services.settings import settings
from services.stack.postgres.server import RunningPostgres, start_postgres
from services.stack.temporal.server import RunningTemporal, TemporalOptions, start_temporal

NAMESPACE: Final = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Databases:
    """One migrated database, with an address for each role."""

    owner_dsn: str = field(repr=False)
    app_dsn: str = field(repr=False)
    projector_dsn: str = field(repr=False)
    notary_dsn: str = field(repr=False)


@asynccontextmanager
async def postgres() -> AsyncIterator[Databases]:
    """Yield a migrated database on a PostgreSQL of its own, as durable as its defaults make it."""
    with tempfile.TemporaryDirectory(prefix="tocsin-benchmark-") as folder:
        server = await start_postgres(Path(folder))
        try:
            await migrate(
                server.owner_dsn,
                app_password=server.passwords[APP],
                projector_password=server.passwords[PROJECTOR],
                notary_password=server.passwords[NOTARY],
            )
            yield databases_of(server)
        finally:
            await server.stop()


def databases_of(server: RunningPostgres) -> Databases:
    """Return the server's addresses."""
    return Databases(
        owner_dsn=server.owner_dsn,
        app_dsn=server.app_dsn,
        projector_dsn=server.projector_dsn,
        notary_dsn=server.notary_dsn,
    )


@asynccontextmanager
async def temporal() -> AsyncIterator[RunningTemporal]:
    """Yield a dev server of its own, its state in a file as `make up` has it."""
    with tempfile.TemporaryDirectory(prefix="tocsin-benchmark-") as folder:
        options = TemporalOptions(cli=settings().temporal_cli, namespace=NAMESPACE)
        server = await start_temporal(Path(folder), options)
        try:
            yield server
        finally:
            await server.kill()


async def connected(server: RunningTemporal) -> Client:
    """Return a client as our processes have it."""
    return await Client.connect(
        server.address, namespace=server.namespace, data_converter=pydantic_data_converter
    )
