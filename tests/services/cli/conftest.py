"""A log with three signed heads and a few events beyond, and an API to export it from."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest
import uvicorn
from fastapi import FastAPI

from events.configuration.api_key import ApiScope
from events.ids import incident_stream
from events.log import database as pools
from events.log.postgres import PostgresLog
from events.log.proof.tree_heads import TreeHeads
from events.log.recorded import AppendResult
from services.api.app import routed_app
from services.cli.audit import export
from services.cli.remote import Remote
from services.notary.publishing import Publisher
from services.notary.refusals import LogRewritten
from services.notary.signing import Notary
from tests.eventually import eventually
from tests.projections.stories import Story, catch_up, story, tell, tell_whole
from tests.servers import Database, fresh_database
from tests.services.api.key_holders import holder_of
from tests.services.real_dependencies import dependencies_on

KEY_NAME = "tocsin-test"
HEADS = 3


@dataclass(frozen=True)
class Signed:
    """A database that is copied for each test, and what people keep of it elsewhere."""

    database: Database
    key: str  # the auditor's API key
    told: list[Story]
    receipts: list[AppendResult]  # of events beyond the newest head
    folder: Path

    @property
    def public_keys(self) -> Path:
        return self.folder / "checkpoints" / "keys"


def restarted(signed: Signed, folder: Path) -> Path:
    """Return the notary's folder as it was when the log was signed, for one test alone."""
    copytree(signed.folder, folder / "notary")
    return folder / "notary"


async def sign(database: Database, folder: Path, *, published: bool = True) -> None:
    """Sign once, as the notary does."""
    pool = await pools.Database.open(database.notary_dsn)
    out = Publisher(folder / "checkpoints" if published else None, None)
    await Notary(TreeHeads(pool), folder / "notary-keys", KEY_NAME, out).sign_new()
    await pool.close()


@pytest.fixture(scope="module")
async def signed(
    postgres: Database,
    database_template: Database,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Signed]:
    folder = tmp_path_factory.mktemp("notary")
    async with fresh_database(postgres, database_template) as database:
        log = await PostgresLog.open(database.app_dsn)
        key = (await holder_of(log, ApiScope.AUDITOR))["Authorization"].removeprefix("Bearer ")
        told = [story(1001 + number) for number in range(HEADS)]
        for one in told:
            await tell_whole(log, one)
            await sign(database, folder)
        receipts = [
            await tell(log, incident_stream(one.incident_id), one.reopened(), one.closed())
            for one in told
        ]
        await log.close()
        await catch_up(database)
        yield Signed(database, key, told, receipts, folder)


@pytest.fixture
async def copy(postgres: Database, signed: Signed) -> AsyncIterator[Database]:
    async with fresh_database(postgres, signed.database) as database:
        yield database


@pytest.fixture
async def notary(
    auditor: Remote,
    copy: Database,
    signed: Signed,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[None]:
    """A notary at work on the copy, with the keys and the record of the one before it."""
    folder = tmp_path_factory.mktemp("notary") / "at-work"
    shutil.copytree(signed.folder, folder)
    monkeypatch.setattr(export, "NOTARY_SECONDS", 20.0)
    monkeypatch.setattr(export, "LOOK_SECONDS", 0.02)

    pool = await pools.Database.open(copy.notary_dsn)
    out = Publisher(folder / "checkpoints", None)
    at_work = Notary(TreeHeads(pool), folder / "notary-keys", KEY_NAME, out)

    async def work() -> None:
        while True:
            with suppress(LogRewritten):
                await at_work.sign_new()
            await asyncio.sleep(0.05)

    working = asyncio.create_task(work())
    yield
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
    await pool.close()


@pytest.fixture(scope="module")
async def served() -> AsyncIterator[tuple[FastAPI, str]]:
    """An API on a port of its own, whose database each test chooses."""
    app = routed_app()
    config = uvicorn.Config(app, port=0, log_config=None, lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    await eventually("the server has started", lambda: server.started, pause=0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield app, f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


@pytest.fixture
async def auditor(
    served: tuple[FastAPI, str],
    copy: Database,
    signed: Signed,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Remote]:
    """The copy as an auditor reaches it. Nobody signs without `notary`: nobody waits for it."""
    app, url = served
    monkeypatch.setattr(export, "NOTARY_SECONDS", 0)
    log = await PostgresLog.open(copy.app_dsn)
    app.state.dependencies = dependencies_on(log)
    with Remote(url, signed.key) as remote:
        yield remote
    await app.state.dependencies.sightings.settle(0)
    await log.close()
