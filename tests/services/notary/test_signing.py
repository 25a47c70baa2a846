"""The notary signs what is new, remembers where it was, and signs no second history."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from events.log.postgres import PostgresLog
from events.log.proof.checkpoint_note import opened, read_checkpoint
from events.log.proof.merkle import leaf_hash, require_consistent, root_from_inclusion
from events.log.proof.notary_looks import NotaryLooks
from events.log.proof.proofs import Prover
from events.log.proof.tree_heads import BLOCK, TreeHeads
from services.notary.key_file import kept_keys, rotate
from services.notary.looking import sign_forever
from services.notary.refusals import LogRewritten
from tests.events.log.requests import append, data
from tests.events.log.test_merkle import naive_root
from tests.eventually import eventually
from tests.fakes.receiver import Reply, receiver
from tests.servers import Database
from tests.services.notary.notaries import ORIGIN, as_owner, notary, reporter, write

pytestmark = pytest.mark.stack


async def entries(log: PostgresLog) -> list[bytes]:
    return [event.hash for event in await log.read_all(0)]


async def test_an_empty_log_is_not_signed_and_nothing_is_signed_twice(
    log: PostgresLog, heads: TreeHeads, tmp_path: Path
) -> None:
    one = notary(heads, tmp_path)
    assert await one.sign_new() is None
    await log.append(append("notes-1", data()))
    head = await one.sign_new()
    assert head is not None
    assert await one.sign_new() is None
    assert (head.size, head.root) == (1, naive_root(await entries(log)))


async def test_a_restarted_notary_goes_on_where_it_was_and_a_backlog_is_signed_in_thousands(
    log: PostgresLog, heads: TreeHeads, tmp_path: Path
) -> None:
    await write(log, 2_300)
    sizes = []
    while head := await notary(heads, tmp_path).sign_new():  # a new one each time
        sizes.append(head.size)
    assert sizes == [1_000, 2_000, 2_300]
    hashes = await entries(log)
    for size in sizes:
        kept = await heads.at(size)
        assert kept is not None
        assert kept.root == naive_root(hashes[:size])
    assert await heads.blocks(2_300) == [
        naive_root(hashes[start : start + BLOCK]) for start in range(0, 2_300 - BLOCK, BLOCK)
    ]


async def test_proofs_from_the_database_lead_to_what_was_signed(
    log: PostgresLog, heads: TreeHeads, tmp_path: Path
) -> None:
    await write(log, 1_100)
    while await notary(heads, tmp_path).sign_new():
        pass
    hashes = await entries(log)
    prover = Prover(heads)
    for size in (1_000, 1_100):
        root = naive_root(hashes[:size])
        for position in (1, 2, 256, 257, 511, 768, 769, 999, 1_000, size):
            path = await prover.inclusion(position, size)
            leaf = leaf_hash(hashes[position - 1])
            assert root_from_inclusion(leaf, position - 1, size, path) == root
        for first in (1, 255, 256, 300, 512, 1_000):
            path = await Prover(heads).consistency(first, size)
            require_consistent(first, naive_root(hashes[:first]), size, root, path)


async def test_each_note_is_published_outside_of_the_database(
    log: PostgresLog, heads: TreeHeads, tmp_path: Path
) -> None:
    async with receiver(Reply()) as webhook:
        one = notary(heads, tmp_path, webhook.url)
        for _ in range(2):
            await log.append(append("notes-1", data()))
            await one.sign_new()
        assert [request.body.decode() for request in webhook.requests] == [
            note.read_text() for note in sorted((tmp_path / "checkpoints").rglob("*.note"))
        ]
    newest = (tmp_path / "checkpoints" / "checkpoint").read_text()
    (key,) = kept_keys(tmp_path / "notary-keys")
    text, _ = opened(newest, [key.verifier])
    assert (read_checkpoint(text).origin, read_checkpoint(text).size) == (ORIGIN, 2)
    assert (tmp_path / "checkpoints" / "keys").read_text() == f"{key.verifier.text}\n"
    assert await heads.keys() == [key.verifier.text]


async def test_a_webhook_that_is_down_holds_nothing_up(
    log: PostgresLog, heads: TreeHeads, tmp_path: Path
) -> None:
    await log.append(append("notes-1", data()))
    assert await notary(heads, tmp_path, "http://127.0.0.1:1/").sign_new()


async def test_a_note_that_could_not_be_published_is_published_later(
    log: PostgresLog, heads: TreeHeads, tmp_path: Path
) -> None:
    one = notary(heads, tmp_path)
    await log.append(append("notes-1", data()))
    await one.sign_new()
    (tmp_path / "checkpoints").rename(tmp_path / "away")
    (tmp_path / "checkpoints").touch()
    await log.append(append("notes-1", data()))
    with pytest.raises(OSError, match="checkpoints"):
        await one.sign_new()
    (tmp_path / "checkpoints").unlink()
    (tmp_path / "away").rename(tmp_path / "checkpoints")
    assert await one.sign_new() is None
    newest = read_checkpoint((tmp_path / "checkpoints" / "checkpoint").read_text())
    assert newest.size == 2


async def test_after_a_rotation_the_new_key_signs_and_the_old_one_still_verifies(
    log: PostgresLog, heads: TreeHeads, tmp_path: Path
) -> None:
    one = notary(heads, tmp_path)
    await log.append(append("notes-1", data()))
    before = await one.sign_new()
    (old,) = kept_keys(tmp_path / "notary-keys")
    new = rotate(tmp_path / "notary-keys")
    await log.append(append("notes-1", data()))
    after = await one.sign_new()
    assert before is not None
    assert after is not None
    keys = [old.verifier, new.verifier]
    assert opened(before.note, keys)[1] == (old.verifier,)
    assert opened(after.note, keys)[1] == (new.verifier,)
    assert await heads.keys() == [key.text for key in keys]


@pytest.mark.parametrize(
    "loss",
    [
        "delete from es.tree_head; delete from es.event",
        "delete from es.tree_head where size > 1; delete from es.event where position > 1",
        "update es.tree_head set root = decode(repeat('00', 32), 'hex'), note = 'another'",
    ],
    ids=["emptied", "restored to an older point", "rewritten"],
)
async def test_it_signs_no_second_history(
    log: PostgresLog, heads: TreeHeads, database: Database, tmp_path: Path, loss: str
) -> None:
    one = notary(heads, tmp_path)
    for _ in range(2):
        await log.append(append("notes-1", data()))
        await one.sign_new()
    await as_owner(database, loss)
    await log.append(append("notes-2", data()))
    for restarted_or_not in (one, notary(heads, tmp_path)):
        with pytest.raises(LogRewritten):
            await restarted_or_not.sign_new()


async def test_a_hole_in_the_log_is_not_signed(
    log: PostgresLog, heads: TreeHeads, database: Database, tmp_path: Path
) -> None:
    await log.append(append("notes-1", data(), data(), data()))
    await as_owner(database, "delete from es.event where position = 2")
    with pytest.raises(LogRewritten, match="position 2 is missing"):
        await notary(heads, tmp_path).sign_new()


async def test_it_goes_on_for_ever_through_faults(
    log: PostgresLog, heads: TreeHeads, looks: NotaryLooks, tmp_path: Path
) -> None:
    keys = tmp_path / "notary-keys"
    keys.write_text("no key")
    keys.chmod(0o600)
    await write(log, 1_200)
    one = notary(heads, tmp_path)
    telling = reporter(one, looks, tmp_path)
    task = asyncio.create_task(sign_forever(one, telling, every=0.01, after_fault=0.01))
    await eventually("it tells of its keys", lambda: telling._newest is not None)
    assert not task.done()
    assert await heads.newest() is None
    keys.unlink()

    async def signed() -> bool:
        head = await heads.newest()
        return head is not None and head.size >= 1_200

    await eventually("the whole log is signed", signed)
    task.cancel()


async def test_its_role_sees_hashes_and_writes_heads_and_can_do_nothing_else(
    log: PostgresLog, database: Database
) -> None:
    await log.append(append("notes-1", data()))
    connection = await asyncpg.connect(database.notary_dsn)
    try:
        assert await connection.fetch("select position, hash from es.event")
        for forbidden in (
            "select payload from es.event",
            "select meta from es.event",
            "select stream from es.event",
            "select * from es.command",
            "select * from es.outbox",
            "insert into es.event select * from es.event",
            "delete from es.event",
            "update es.tree_head set note = ''",
            "delete from es.tree_head",
            "truncate es.tree_block",
            "select es.append_batch(" + ", ".join(["'{}'"] * 14) + ")",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(forbidden)
    finally:
        await connection.close()
