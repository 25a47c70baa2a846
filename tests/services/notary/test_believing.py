"""The notary believes nothing that the database says of its own past."""

import base64
from pathlib import Path

import pytest

from events.log.postgres import PostgresLog
from events.log.proof.checkpoint_note import Checkpoint, SignerKey, opened, read_checkpoint, signed
from events.log.proof.merkle import CompactRange, leaf_hash, root_from_inclusion
from events.log.proof.proofs import Prover
from events.log.proof.tree_heads import BLOCK, TreeHeads
from services.notary.key_file import (
    KeyFileMissing,
    KeyFileUnusable,
    kept_keys,
    make_first_key,
    replace_lost,
    rotate,
)
from services.notary.key_file import write as write_keys
from services.notary.refusals import LogRewritten, LogRolledBack, RecordUnusable
from tests.events.log.requests import append, data
from tests.servers import Database
from tests.services.cli.tampering import FORGET_OLDER_HEADS, RECHAIN, forge_frontier, key_row
from tests.services.notary.notaries import as_owner, notary, write

pytestmark = pytest.mark.stack

EDIT = "update es.event set type = 'note.pinned' where position = {position};"


async def signed_log(log: PostgresLog, heads: TreeHeads, folder: Path, *sizes: int) -> None:
    one = notary(heads, folder)
    for size in sizes:
        await write(log, size)
        assert await one.sign_new()


@pytest.mark.parametrize("position", [1, 300, 511, 599])
async def test_a_rewritten_log_is_not_signed_whatever_frontier_stands_beside_it(
    log: PostgresLog, heads: TreeHeads, database: Database, tmp_path: Path, position: int
) -> None:
    running = notary(heads, tmp_path)
    for _ in range(2):
        await write(log, 300)
        await running.sign_new()
    before = (tmp_path / "checkpoints" / "checkpoint").read_text()
    await as_owner(database, EDIT.format(position=position), RECHAIN, FORGET_OLDER_HEADS)
    await forge_frontier(database)
    await write(log, 5)
    for one in (running, running, notary(heads, tmp_path)):  # and it stays said
        with pytest.raises(LogRewritten):
            await one.sign_new()
    assert (tmp_path / "checkpoints" / "checkpoint").read_text() == before


async def test_an_edit_that_leaves_every_head_alone_is_found_while_it_runs(
    log: PostgresLog, heads: TreeHeads, database: Database, tmp_path: Path
) -> None:
    running = notary(heads, tmp_path)
    await write(log, 2 * BLOCK)
    await running.sign_new()
    await as_owner(database, EDIT.format(position=3), RECHAIN)
    await write(log, 5)
    with pytest.raises(LogRewritten, match="the events from 1 to 256"):
        await running.sign_new()
    with pytest.raises(LogRewritten, match="the first 512 events are not those that were signed"):
        await notary(heads, tmp_path).sign_new()


@pytest.mark.parametrize(
    "change",
    [
        "update es.tree_head set frontier = '{}'",
        "update es.tree_head set root = decode(repeat('00', 32), 'hex')",
        "update es.tree_head set note = 'another'",
        "update es.tree_head set size = 9",
        "delete from es.tree_head",
    ],
)
async def test_a_head_that_says_something_else_than_was_signed_stops_it(
    log: PostgresLog, heads: TreeHeads, database: Database, tmp_path: Path, change: str
) -> None:
    running = notary(heads, tmp_path)
    await write(log, 7)
    await running.sign_new()
    await as_owner(database, change)
    await write(log, 7)
    for one in (running, notary(heads, tmp_path)):
        with pytest.raises(LogRewritten):
            await one.sign_new()


async def test_a_head_that_a_stranger_signed_is_not_gone_on_from(
    log: PostgresLog, heads: TreeHeads, database: Database, tmp_path: Path
) -> None:
    await signed_log(log, heads, tmp_path, 3)
    await write(log, 2)
    tree = CompactRange()
    for event in await log.read_all(0):
        tree.add(leaf_hash(event.hash))
    checkpoint = Checkpoint(origin="tocsin-test", size=tree.size, root=tree.root())
    note = signed(checkpoint, SignerKey.made("tocsin-test"))
    nodes = ", ".join(f"decode('{node.hex()}', 'hex')" for node in tree.nodes)
    await as_owner(
        database,
        f"insert into es.tree_head (size, root, frontier, note) values ({tree.size},"
        f" decode('{tree.root().hex()}', 'hex'), array[{nodes}], '{note}')",
    )
    with pytest.raises(LogRewritten, match="is not of this notary's keys"):
        await notary(heads, tmp_path).sign_new()


@pytest.mark.parametrize("lost", ["notary-keys.signed", "checkpoints/checkpoint"])
async def test_either_of_its_own_records_is_enough_to_find_a_rollback(
    log: PostgresLog, heads: TreeHeads, database: Database, tmp_path: Path, lost: str
) -> None:
    await signed_log(log, heads, tmp_path, 3, 3)
    (tmp_path / lost).unlink()
    await as_owner(
        database,
        "delete from es.event where position > 3; delete from es.tree_head where size > 3",
    )
    with pytest.raises(LogRolledBack, match="the log ends at 3"):
        await notary(heads, tmp_path).sign_new()


async def test_a_log_that_was_put_back_and_grew_again_is_not_signed(
    log: PostgresLog, heads: TreeHeads, database: Database, tmp_path: Path
) -> None:
    await signed_log(log, heads, tmp_path, 3, 3)
    await as_owner(
        database,
        "delete from es.event where position > 3; delete from es.tree_head where size > 3",
    )
    await write(log, 9)
    with pytest.raises(LogRewritten):
        await notary(heads, tmp_path).sign_new()


async def test_records_that_were_put_back_are_brought_up_to_date_by_its_own_later_head(
    log: PostgresLog, heads: TreeHeads, tmp_path: Path
) -> None:
    files = [tmp_path / "notary-keys.signed", tmp_path / "checkpoints" / "checkpoint"]
    await signed_log(log, heads, tmp_path, 3)
    older = [file.read_text() for file in files]
    await signed_log(log, heads, tmp_path, 3)
    for file, text in zip(files, older, strict=True):
        file.unlink()
        file.write_text(text)
    assert await notary(heads, tmp_path).sign_new() is None
    assert {read_checkpoint(file.read_text()).size for file in files} == {6}


async def test_a_published_checkpoint_of_a_stranger_stops_it(
    log: PostgresLog, heads: TreeHeads, tmp_path: Path
) -> None:
    await signed_log(log, heads, tmp_path, 3)
    newest = tmp_path / "checkpoints" / "checkpoint"
    checkpoint = read_checkpoint(newest.read_text())
    newest.unlink()
    newest.write_text(signed(checkpoint, SignerKey.made("tocsin-test")))
    with pytest.raises(RecordUnusable, match="the newest published checkpoint"):
        await notary(heads, tmp_path).sign_new()


async def test_without_its_key_file_it_begins_no_second_log(
    log: PostgresLog, heads: TreeHeads, tmp_path: Path
) -> None:
    running = notary(heads, tmp_path)
    await write(log, 3)
    await running.sign_new()
    keys = tmp_path / "notary-keys"
    keys.rename(tmp_path / "away")
    await write(log, 3)
    for one in (running, notary(heads, tmp_path)):
        with pytest.raises(KeyFileMissing, match="put the file back from a backup"):
            await one.sign_new()
    assert not keys.exists()
    (tmp_path / "away").rename(keys)
    assert await running.sign_new()


@pytest.mark.parametrize(
    "left",
    ["notary-keys.signed", "checkpoints", "the database"],
)
async def test_whatever_is_left_of_an_earlier_signature_stops_a_first_start(
    log: PostgresLog, heads: TreeHeads, database: Database, tmp_path: Path, left: str
) -> None:
    await signed_log(log, heads, tmp_path, 3)
    lost = tmp_path / "lost"
    lost.mkdir()
    for name in {"notary-keys", "notary-keys.signed", "checkpoints"} - {left}:
        (tmp_path / name).rename(lost / name)
    if left != "the database":
        await as_owner(database, "delete from es.tree_head", "delete from es.notary_key")
    with pytest.raises(KeyFileMissing):
        await notary(heads, tmp_path).sign_new()


async def test_another_key_in_the_key_files_place_signs_nothing(
    log: PostgresLog, heads: TreeHeads, tmp_path: Path
) -> None:
    running = notary(heads, tmp_path)
    await write(log, 3)
    await running.sign_new()
    (tmp_path / "notary-keys").unlink()
    make_first_key(tmp_path / "notary-keys", "tocsin-test")
    await write(log, 3)
    for one in (running, notary(heads, tmp_path)):
        with pytest.raises(RecordUnusable, match="none of the known keys has signed it"):
            await one.sign_new()


async def test_the_published_keys_are_its_own_and_none_from_the_database(
    log: PostgresLog, heads: TreeHeads, database: Database, tmp_path: Path
) -> None:
    await signed_log(log, heads, tmp_path, 3)
    thief = SignerKey.made("tocsin-test").verifier.text
    await as_owner(database, key_row(thief))
    rotate(tmp_path / "notary-keys")
    await signed_log(log, heads, tmp_path, 3)
    published = (tmp_path / "checkpoints" / "keys").read_text().splitlines()
    assert published == [key.verifier.text for key in kept_keys(tmp_path / "notary-keys")]


async def test_an_old_key_taken_out_of_the_key_file_stays_published_by_its_rotation(
    log: PostgresLog, heads: TreeHeads, tmp_path: Path
) -> None:
    keys = tmp_path / "notary-keys"
    await signed_log(log, heads, tmp_path, 3)
    (old,) = kept_keys(keys)
    new = rotate(keys)
    await signed_log(log, heads, tmp_path, 3)
    write_keys(keys, [new])
    await signed_log(log, heads, tmp_path, 3)
    published = (tmp_path / "checkpoints" / "keys").read_text().splitlines()
    assert published == [old.verifier.text, new.verifier.text]
    assert (tmp_path / "checkpoints" / "rotations").read_text().count("\n") == 1


async def test_a_key_file_that_is_lost_for_good_is_replaced_by_a_person_and_the_log_goes_on(
    log: PostgresLog, heads: TreeHeads, tmp_path: Path
) -> None:
    keys = tmp_path / "notary-keys"
    await signed_log(log, heads, tmp_path, 3)
    (old,) = kept_keys(keys)
    published = tmp_path / "checkpoints" / "keys"
    with pytest.raises(FileExistsError, match="is not lost"):
        replace_lost(keys, published)
    keys.unlink()
    with pytest.raises(KeyFileUnusable, match="no public keys"):
        replace_lost(keys, tmp_path / "nothing")
    new = replace_lost(keys, published)
    await signed_log(log, heads, tmp_path, 3)
    assert new.name == old.name
    assert published.read_text().splitlines() == [old.verifier.text, new.verifier.text]
    newest = await heads.newest()
    assert newest is not None
    assert opened(newest.note, [old.verifier, new.verifier])[1] == (new.verifier,)


async def test_a_large_log_is_read_again_a_few_blocks_at_each_look(
    log: PostgresLog, heads: TreeHeads, database: Database, tmp_path: Path
) -> None:
    await write(log, 20 * BLOCK)
    running = notary(heads, tmp_path)
    while await running.sign_new():
        pass
    await as_owner(database, EDIT.format(position=18 * BLOCK))
    await as_owner(database, RECHAIN)

    async def three_looks() -> None:
        for _ in range(3):
            await running.sign_new()

    with pytest.raises(LogRewritten, match="something was changed"):
        await three_looks()


async def test_a_forged_block_makes_a_proof_that_fails_and_is_not_signed_over(
    log: PostgresLog, heads: TreeHeads, database: Database, tmp_path: Path
) -> None:
    await signed_log(log, heads, tmp_path, 600)
    await as_owner(database, "update es.tree_block set hash = decode(repeat('00', 32), 'hex')")
    await signed_log(log, heads, tmp_path, 400)
    newest = await heads.newest()
    assert newest is not None
    tree = CompactRange()
    for event in await log.read_all(0, 1_000):
        tree.add(leaf_hash(event.hash))
    assert (newest.size, newest.root) == (1_000, tree.root())
    path = await Prover(heads).inclusion(700, 1_000)
    event = (await log.read_all(699, 1))[0]
    assert root_from_inclusion(leaf_hash(event.hash), 699, 1_000, path) != newest.root


async def test_a_block_that_is_gone_is_made_from_its_events(
    log: PostgresLog, heads: TreeHeads, database: Database, tmp_path: Path
) -> None:
    await signed_log(log, heads, tmp_path, 1_000)
    newest = await heads.newest()
    await as_owner(database, "delete from es.tree_block where number = 1")
    assert newest is not None
    for position in (1, 300, 700, 1_000):
        path = await Prover(heads).inclusion(position, 1_000)
        (event,) = await log.read_all(position - 1, 1)
        leaf = leaf_hash(event.hash)
        assert root_from_inclusion(leaf, position - 1, 1_000, path) == newest.root


async def test_two_notaries_with_one_key_sign_one_history(
    log: PostgresLog, heads: TreeHeads, tmp_path: Path
) -> None:
    one, other = notary(heads, tmp_path), notary(heads, tmp_path)
    for round in (one, other, other, one):
        await log.append(append("notes-1", data()))
        assert await round.sign_new()
    newest = await heads.newest()
    assert newest is not None
    assert newest.size == 4
    assert (
        base64.b64encode(newest.root).decode()
        in (tmp_path / "checkpoints" / "checkpoint").read_text()
    )
