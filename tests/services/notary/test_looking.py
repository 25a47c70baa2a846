"""What the notary finds is heard: in the database, beside its keys, and beside its checkpoints."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from events.errors import LogUnavailable
from events.log import database as pools
from events.log.postgres import PostgresLog
from events.log.proof.notary_looks import NotaryLooks, Trouble, signing
from events.log.proof.tree_heads import TreeHead, TreeHeads
from services.notary.key_file import KeyFileUnusable
from services.notary.looking import Reporter, look, report
from services.notary.refusals import LogRewritten, LogRolledBack, RecordUnusable
from services.notary.signing import Notary
from tests.events.log.requests import send_a_wrong_event_id
from tests.servers import Database
from tests.services.notary.notaries import as_owner, notary, reporter, write

pytestmark = pytest.mark.stack


async def looked(one: Notary, telling: Reporter) -> None:
    """Look once, as the loop does."""
    try:
        await one.sign_new()
    except (LogRewritten, RecordUnusable, KeyFileUnusable, OSError) as fault:
        await report(fault, telling)
    else:
        await telling.tell(None)


@pytest.fixture
async def app(database: Database) -> AsyncIterator[pools.Database]:
    opened = await pools.Database.open(database.app_dsn)
    yield opened
    await opened.close()


async def test_a_log_that_was_put_back_stays_said_until_a_person_has_looked(
    log: PostgresLog,
    heads: TreeHeads,
    looks: NotaryLooks,
    database: Database,
    app: pools.Database,
    tmp_path: Path,
) -> None:
    one = notary(heads, tmp_path)
    telling = reporter(one, looks, tmp_path)
    for _ in range(2):
        await write(log, 3)
        await looked(one, telling)
    now = await signing(app)
    assert (now.events, now.signed, now.unsigned_seconds, now.finding) == (6, 6, 0, None)
    await as_owner(
        database,
        "create table kept_events as select * from es.event where position > 3",
        "create table kept_heads as select * from es.tree_head where size > 3",
        "delete from es.event where position > 3; delete from es.tree_head where size > 3",
    )
    await looked(one, telling)
    finding = (await signing(app)).finding
    assert finding is not None
    assert (finding.trouble, finding.reason.endswith("the log ends at 3")) == (
        "log_rolled_back",
        True,
    )
    beside = (tmp_path / "checkpoints" / "rewritten").read_text()
    assert "log_rolled_back" in beside

    await as_owner(
        database,
        "insert into es.event select * from kept_events",
        "insert into es.tree_head select * from kept_heads",
        "update es.notary_look set trouble = null, reason = null, trouble_since = null",
    )
    after = notary(heads, tmp_path)  # a restart, over the log as it was
    await write(log, 1)
    await looked(after, reporter(after, looks, tmp_path))
    now = await signing(app)
    assert (now.signed, now.finding) == (7, finding)
    (tmp_path / "notary-keys.rewritten").unlink()
    await looked(after, reporter(after, looks, tmp_path))
    assert (await signing(app)).finding is None


async def test_a_key_file_that_is_away_is_told_without_its_path(
    log: PostgresLog, heads: TreeHeads, looks: NotaryLooks, app: pools.Database, tmp_path: Path
) -> None:
    one = notary(heads, tmp_path)
    telling = reporter(one, looks, tmp_path)
    await write(log, 3)
    await looked(one, telling)
    (tmp_path / "notary-keys").rename(tmp_path / "away")
    await write(log, 3)
    await looked(one, telling)
    finding = (await signing(app)).finding
    assert finding is not None
    assert (finding.trouble, str(tmp_path) in finding.reason) == (Trouble.KEYS, False)
    assert not (tmp_path / "notary-keys.rewritten").exists()
    (tmp_path / "away").rename(tmp_path / "notary-keys")
    await looked(one, telling)
    assert (await signing(app)).finding is None


async def test_a_directory_that_cannot_be_written_is_told(
    log: PostgresLog, heads: TreeHeads, looks: NotaryLooks, app: pools.Database, tmp_path: Path
) -> None:
    (tmp_path / "checkpoints").touch()
    one = notary(heads, tmp_path)
    await write(log, 3)
    await looked(one, reporter(one, looks, tmp_path))
    finding = (await signing(app)).finding
    assert finding is not None
    assert finding.trouble == Trouble.DISK


async def test_a_look_that_takes_long_is_not_taken_for_silence(
    log: PostgresLog,
    heads: TreeHeads,
    looks: NotaryLooks,
    app: pools.Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = notary(heads, tmp_path)
    telling = reporter(one, looks, tmp_path)
    await telling.tell(Trouble.RECORD, "unreadable")
    before = await signing(app)
    long, sign_new = asyncio.Event(), one.sign_new

    async def slow() -> TreeHead | None:
        await long.wait()
        return await sign_new()

    monkeypatch.setattr(one, "sign_new", slow)
    await write(log, 3)
    at_work = asyncio.create_task(look(one, telling, word_every=0.01))
    await asyncio.sleep(0.2)
    now = await signing(app)
    assert now.look_seconds is not None
    assert now.look_seconds < 0.2
    assert now.finding == before.finding
    long.set()
    assert await at_work


async def test_a_database_that_is_away_ends_no_notary(
    heads: TreeHeads, looks: NotaryLooks, pool: pools.Database, tmp_path: Path
) -> None:
    one = notary(heads, tmp_path)
    telling = reporter(one, looks, tmp_path)
    await pool.close()
    await report(LogUnavailable("PostgreSQL is away"), telling)
    await report(LogRolledBack("6 events were signed"), telling)
    assert (tmp_path / "notary-keys.rewritten").exists()


async def test_a_wrong_event_id_is_said_and_the_log_is_signed_all_the_same(
    log: PostgresLog,
    heads: TreeHeads,
    looks: NotaryLooks,
    database: Database,
    app: pools.Database,
    tmp_path: Path,
) -> None:
    await write(log, 3)
    await send_a_wrong_event_id(database)
    for _ in range(2):  # the second one reads the log anew, as after a restart
        one = notary(heads, tmp_path)
        await one.sign_new()
        await reporter(one, looks, tmp_path).tell(*one.noticed)
        now = await signing(app)
        assert (now.signed, now.finding and now.finding.trouble) == (4, "event_id_wrong")
        assert now.finding is not None
        assert now.finding.reason.startswith("position 4:")
