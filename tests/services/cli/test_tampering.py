"""The detection matrix: whatever a superuser does to the log, a verification of an export says so.

Two rows nothing inside can give away. They are here too: first unseen, then seen by whoever kept
a receipt or an old checkpoint.
"""

import asyncio
import json
from pathlib import Path

import pytest

from events.log.postgres import PostgresLog
from events.log.proof.chain import FaultKind
from events.log.proof.checkpoint_note import SignerKey
from services.cli.audit.account import Account
from services.cli.audit.checking import audited
from services.cli.audit.export import export_log
from services.cli.audit.export_directory import ExportUnusable
from services.cli.audit.verifying import verified
from services.cli.remote import Remote
from services.notary.key_file import write_privately
from services.notary.refusals import LogRewritten
from tests.events.log.requests import append, data, send_a_wrong_event_id
from tests.servers import Database
from tests.services.cli import tampering
from tests.services.cli.conftest import Signed, restarted, sign
from tests.services.cli.tampering import RECHAIN, RENUMBER, forge_frontier, tamper

pytestmark = pytest.mark.stack

K = FaultKind
MATRIX: dict[str, tuple[tuple[str, ...], set[FaultKind]]] = {
    "edit a payload": ((tampering.PAYLOAD,), {K.CHAIN}),
    "edit it and its own hash": ((tampering.PAYLOAD, tampering.OWN_HASH), {K.CHAIN, K.ROOT}),
    "edit it and rechain its stream": ((tampering.PAYLOAD, RECHAIN), {K.ROOT}),
    "backdate and rechain": ((tampering.BACKDATE, RECHAIN), {K.ROOT, K.TIME}),
    "delete one": (
        (tampering.DELETE_ONE,),
        {K.POSITION, K.VERSION, K.CHAIN, K.EVENT_ID, K.ROOT},
    ),
    "delete the tail of a stream": ((tampering.DELETE_TAIL,), {K.POSITION, K.ROOT, K.SIZE}),
    "the same, renumbered and rechained": (
        (tampering.DELETE_TAIL, RENUMBER, RECHAIN),
        {K.ROOT, K.SIZE},
    ),
    "swap two and rechain": ((tampering.SWAP, RECHAIN), {K.EVENT_ID, K.ROOT}),
    "truncate below the newest head": ((tampering.TRUNCATE_BELOW,), {K.SIZE}),
}


async def account_of(
    auditor: Remote, folder: Path, signed: Signed, **evidence: Path | None
) -> Account:
    out = folder / "export"
    await asyncio.to_thread(export_log, auditor, out, lambda _done, _of: None)
    return verified(out, key_file=signed.public_keys, **evidence)  # type: ignore[arg-type]


async def test_an_untouched_log_is_fine(auditor: Remote, signed: Signed, tmp_path: Path) -> None:
    account = await account_of(auditor, tmp_path, signed)
    assert account.is_fine, account.faults
    assert account.checkpoints == 3
    assert account.events == account.signed + 6
    assert "6 events are under no good checkpoint" in account.notices[0]


@pytest.mark.parametrize("attack", MATRIX)
async def test_what_a_superuser_did_is_found(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path, attack: str
) -> None:
    steps, expected = MATRIX[attack]
    await tamper(copy, *steps)
    account = await account_of(auditor, tmp_path, signed)
    assert set(account.kinds) == expected, account.faults


async def test_an_edit_is_reported_at_its_event(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    await tamper(copy, tampering.PAYLOAD)
    account = await account_of(auditor, tmp_path, signed)
    (fault,) = account.faults
    assert fault.position == 3
    assert fault.sentence.startswith(f"position 3 (incident-{signed.told[0].incident_id} version 1")


async def test_a_wrong_event_id_under_a_right_command_id_is_found(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    await send_a_wrong_event_id(copy)
    account = await account_of(auditor, tmp_path, signed)
    assert set(account.kinds) == {K.EVENT_ID}
    assert "its id is not the one that its command makes" in account.faults[0].sentence


async def test_a_cut_above_the_newest_head_is_found_only_by_a_receipt(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    await tamper(copy, tampering.TRUNCATE_ABOVE)
    account = await account_of(auditor, tmp_path, signed)
    assert account.is_fine
    receipts = tmp_path / "receipts"
    kept = signed.receipts[0]
    assert kept.hash is not None
    answer = {"status": "done", "position": str(kept.last_position), "hash": kept.hash.hex()}
    receipts.write_text(json.dumps(answer) + "\n")
    account = verified(tmp_path / "export", key_file=signed.public_keys, receipts=receipts)
    assert set(account.kinds) == {K.RECEIPT}
    assert account.faults[0].position == kept.last_position


async def test_a_rewrite_signed_with_the_stolen_key_is_found_only_by_an_old_head(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    await tamper(copy, tampering.PAYLOAD, RECHAIN, tampering.FORGET_HEADS)
    stolen = tmp_path / "thief" / "notary-keys"
    write_privately(stolen, (signed.folder / "notary-keys").read_text())
    await sign(copy, stolen.parent, published=False)
    account = await account_of(auditor, tmp_path, signed)
    assert account.is_fine
    kept = tmp_path / "kept"
    kept.mkdir()
    (oldest, *_) = sorted((signed.folder / "checkpoints").rglob("*.note"))
    (kept / oldest.name).write_bytes(oldest.read_bytes())
    account = verified(tmp_path / "export", key_file=signed.public_keys, trusted=kept)
    assert set(account.kinds) == {K.TRUSTED}


async def test_an_older_export_is_a_trusted_beginning_to_its_last_event(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    older = tmp_path / "older"
    await asyncio.to_thread(export_log, auditor, older, lambda _done, _of: None)
    assert verified(older, key_file=signed.public_keys, trusted=older).is_fine
    await tamper(copy, tampering.TRUNCATE_ABOVE)
    account = await account_of(auditor, tmp_path, signed, trusted=older)
    assert set(account.kinds) == {K.TRUSTED}
    assert "the older export's events covers" in account.faults[0].sentence


async def test_a_receipt_for_what_is_there_is_confirmed(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    receipts = tmp_path / "receipts"
    receipts.write_text(
        "".join(
            json.dumps({"position": one.last_position, "hash": (one.hash or b"").hex()}) + "\n"
            for one in signed.receipts
        )
    )
    account = await account_of(auditor, tmp_path, signed, receipts=receipts)
    assert account.is_fine
    assert account.receipts == len(signed.receipts)


async def test_a_key_that_nobody_gave_the_auditor_signs_nothing(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    await tamper(copy, tampering.FORGET_HEADS)
    await sign(copy, tmp_path / "thief", published=False)
    account = await account_of(auditor, tmp_path, signed)
    assert set(account.kinds) == {K.SIGNATURE}


async def test_a_log_without_any_head_is_not_called_fine(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    await tamper(copy, tampering.FORGET_HEADS)
    account = await account_of(auditor, tmp_path, signed)
    assert [fault.sentence for fault in account.faults] == [
        "nothing is signed, so anything may have been rewritten"
    ]


async def test_the_notary_signs_no_rewritten_log_though_everything_in_the_database_agrees(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    await tamper(copy, tampering.PAYLOAD, RECHAIN, tampering.FORGET_OLDER_HEADS)
    await forge_frontier(copy)
    folder = restarted(signed, tmp_path)
    with pytest.raises(LogRewritten):
        await sign(copy, folder)
    account = await account_of(auditor, tmp_path, signed, trusted=folder / "checkpoints")
    assert set(account.kinds) == {K.ROOT, K.TRUSTED}


async def test_a_key_that_the_database_names_is_trusted_by_nobody(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    thief = SignerKey.made("tocsin-test").verifier.text
    await tamper(copy, tampering.key_row(thief))
    folder = restarted(signed, tmp_path)
    await sign(copy, folder)
    assert (folder / "checkpoints" / "keys").read_text() == signed.public_keys.read_text()
    account = await account_of(auditor, tmp_path, signed)
    (fault,) = account.faults
    assert (fault.kind, thief in fault.sentence) == (K.SIGNATURE, True)


@pytest.mark.parametrize("attack", ["put back", "put back, and it grew again"])
async def test_an_older_state_is_found_by_what_was_published_and_signed_by_no_notary(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path, attack: str
) -> None:
    await tamper(copy, tampering.PUT_BACK)
    folder = restarted(signed, tmp_path)
    if attack.endswith("again"):
        log = await PostgresLog.open(copy.app_dsn)
        for number in range(60):
            await log.append(append(f"notes-{number}", data()))
        await log.close()
        (folder / "notary-keys.signed").unlink()  # an older copy of the notary's, started beside
        await sign(copy, folder, published=False)
    account = await account_of(auditor, tmp_path, signed)
    assert account.is_fine
    with pytest.raises(LogRewritten):
        await sign(copy, restarted(signed, tmp_path / "again"))
    checked = await asyncio.to_thread(audited, auditor, signed.folder / "checkpoints")
    assert set(checked.kinds) == {K.TRUSTED}


async def test_heads_that_were_deleted_are_found_by_what_was_published(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    await tamper(copy, tampering.FORGET_OLDER_HEADS)
    account = await account_of(auditor, tmp_path, signed)
    assert account.is_fine
    published = signed.folder / "checkpoints"
    account = verified(tmp_path / "export", key_file=signed.public_keys, trusted=published)
    checked = await asyncio.to_thread(audited, auditor, published)
    for one in (account, checked):
        (fault,) = one.faults
        assert (fault.kind, "2 checkpoints were published" in fault.sentence) == (K.TRUSTED, True)


async def test_whatever_is_edited_in_an_export_beside_its_events_is_told(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    await account_of(auditor, tmp_path, signed)
    out = tmp_path / "export"

    def kinds() -> set[FaultKind]:
        return set(verified(out, key_file=signed.public_keys).kinds)

    newest = out / "checkpoint"
    note = newest.read_text()
    (oldest, *_) = sorted((signed.folder / "checkpoints").rglob("*.note"))
    newest.write_text(oldest.read_text())
    assert kinds() == {K.EXPORT}
    newest.unlink()
    assert kinds() == {K.EXPORT}
    newest.write_text(note)
    foreign = out / "events" / "000002.ndjson"
    foreign.write_text("{}\n")
    assert kinds() == {K.EXPORT}
    foreign.rename(out / ".DS_Store")
    assert kinds() == set()


@pytest.mark.parametrize("file", ["events/000001.ndjson", "checkpoints.ndjson", "manifest.json"])
async def test_an_export_in_which_a_member_stands_twice_is_not_used(
    auditor: Remote, signed: Signed, tmp_path: Path, file: str
) -> None:
    await account_of(auditor, tmp_path, signed)
    edited = tmp_path / "export" / file
    first, rest = edited.read_bytes().split(b":", 1)
    name = first.strip(b"{ \n")
    edited.write_bytes(first + b":" + rest.split(b",", 1)[0] + b"," + name + b":" + rest)
    with pytest.raises(ExportUnusable, match="stands in it twice"):
        verified(tmp_path / "export", key_file=signed.public_keys)


async def test_bytes_that_are_no_text_are_exported_and_found(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    await tamper(copy, r"update es.event set payload = '\xff00' where position = 3")
    account = await account_of(auditor, tmp_path, signed)
    assert set(account.kinds) == {K.CHAIN}
