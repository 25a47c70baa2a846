"""The notary as a process: it signs within a second or two, and ends when told."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from events.log import database as pools
from events.log.postgres import PostgresLog
from events.log.proof.checkpoint_note import VerifierKey, opened, read_checkpoint
from events.log.proof.notary_looks import signing
from tests.events.log.requests import append, data
from tests.eventually import eventually
from tests.servers import Database
from tests.services.cli.tampering import tamper

pytestmark = pytest.mark.stack

ROOT = Path(__file__).parents[3]


async def spawned(**settings: str) -> asyncio.subprocess.Process:
    others = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.notary",
        cwd=ROOT,
        env={**others, **settings},
        stdout=asyncio.subprocess.PIPE,
    )


async def test_it_signs_and_publishes_by_itself_and_ends_when_told(
    log: PostgresLog, database: Database, tmp_path: Path
) -> None:
    await log.append(append("notes-1", data()))
    process = await spawned(
        TOCSIN_DATA=str(tmp_path),
        TOCSIN_NOTARY_DSN=database.notary_dsn,
        TOCSIN_NOTARY_ORIGIN="tocsin-shop",
        TOCSIN_NOTARY_DIRECTORY=str(tmp_path / "checkpoints"),
    )
    newest, keys = tmp_path / "checkpoints" / "checkpoint", tmp_path / "checkpoints" / "keys"
    await eventually("a checkpoint", newest.exists)
    text, _ = opened(newest.read_text(), [VerifierKey.read(keys.read_text())])
    assert (read_checkpoint(text).origin, read_checkpoint(text).size) == ("tocsin-shop", 1)
    process.send_signal(signal.SIGTERM)
    output, _ = await process.communicate()
    assert process.returncode == 0
    assert b"process_stopped" in output
    assert b"PRIVATE" not in output


async def test_over_another_log_it_stays_up_says_so_and_signs_nothing(
    log: PostgresLog, database: Database, tmp_path: Path
) -> None:
    settings = {
        "TOCSIN_DATA": str(tmp_path),
        "TOCSIN_NOTARY_DSN": database.notary_dsn,
        "TOCSIN_NOTARY_DIRECTORY": str(tmp_path / "checkpoints"),
    }
    for _ in range(2):
        await log.append(append("notes-1", data()))
    process = await spawned(**settings)
    newest, word = tmp_path / "checkpoints" / "checkpoint", tmp_path / "checkpoints" / "rewritten"
    await eventually("a checkpoint", newest.exists)
    before = newest.read_text()
    await tamper(database, "delete from es.event where position = 2")
    await eventually("word of a rewritten log", word.exists)
    app = await pools.Database.open(database.app_dsn)

    async def told() -> bool:
        return (await signing(app)).finding is not None

    await eventually("the database is told of it", told)
    await app.close()
    process.send_signal(signal.SIGTERM)  # which it still hears
    output, _ = await process.communicate()
    assert (process.returncode, b"log_rolled_back" in output) == (0, True)
    assert newest.read_text() == before


async def test_without_its_address_it_says_which_is_missing() -> None:
    process = await spawned()
    output, _ = await process.communicate()
    assert process.returncode == 1
    assert b"TOCSIN_NOTARY_DSN" in output
