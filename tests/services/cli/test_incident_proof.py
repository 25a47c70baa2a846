"""Which incident is proved, and all of it: whatever read models, manifests or a server say."""

import asyncio
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from events.alert.events import AlertMoved
from events.ids import (
    AttachmentId,
    alert_stream,
    incident_stream,
    inventory_stream,
    notes_stream,
    page_stream,
)
from events.log.attachments import keep_attachment
from events.log.postgres import PostgresLog
from events.log.proof.chain import FaultKind
from events.notes.events import AttachmentAdded, AttachmentRemoved
from services.cli.audit import export
from services.cli.audit.account import Account
from services.cli.audit.checking import audited
from services.cli.audit.export import Exported, export_incident, export_log
from services.cli.audit.export_directory import ExportUnusable, events_in, read_manifest
from services.cli.audit.verifying import verified
from services.cli.remote import Remote
from tests.projections.stories import Story, at, story, tell
from tests.servers import Database
from tests.services.cli import tampering
from tests.services.cli.conftest import Signed
from tests.services.cli.tampering import RECHAIN, tamper

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("notary")]

K = FaultKind
ASKED = "INC-1002"
CONTENT = b"\x89PNG a picture"


async def exported(auditor: Remote, out: Path, asked: str = ASKED) -> Exported:
    return await asyncio.to_thread(
        export_incident, auditor, out, asked, None, lambda _done, _of: None
    )


async def proved(auditor: Remote, signed: Signed, out: Path, asked: str = ASKED) -> Account:
    """Do what `tocsin audit prove` does."""
    done = await exported(auditor, out, asked)
    assert done.manifest is not None, done.account.faults
    account = verified(out, key_file=signed.public_keys, incident=asked)
    account.add(done.account.faults)
    return account


def without(out: Path, left_out: Callable[[dict[str, Any]], bool]) -> None:
    """Leave events out of an export so that nothing else gives it away."""
    events, proofs = out / "events" / "000001.ndjson", out / "proofs.ndjson"
    kept = [
        (event, proof)
        for event, proof in zip(
            events.read_bytes().splitlines(keepends=True),
            proofs.read_bytes().splitlines(keepends=True),
            strict=True,
        )
        if not left_out(json.loads(event))
    ]
    events.write_bytes(b"".join(event for event, _ in kept))
    proofs.write_bytes(b"".join(proof for _, proof in kept))
    manifest = msgspec.structs.replace(read_manifest(out), events=len(kept))
    (out / "manifest.json").write_bytes(msgspec.json.encode(manifest))


def is_at(position: int, event: dict[str, Any]) -> bool:
    return bool(event["position"] == position)


def renamed(out: Path, incident: str) -> None:
    manifest = msgspec.structs.replace(read_manifest(out), incident=incident)
    (out / "manifest.json").write_bytes(msgspec.json.encode(manifest))


async def falsified(database: Database, *statements: str) -> None:
    """Do it to the read models, as the projector's own role may."""
    connection = await asyncpg.connect(database.projector_dsn)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


@pytest.mark.parametrize(
    "statements",
    [
        ("update read.incident_detail set pages = '[]'", "delete from read.incident_alert"),
        (
            "update read.incident_board set reference = 'x' || reference",
            """update read.incident_board set reference = case reference
            when 'xINC-1001' then 'INC-1002' when 'xINC-1002' then 'INC-1001' else 'gone' end""",
        ),
        ("truncate read.incident_board, read.incident_detail, read.timeline, read.alert",),
    ],
    ids=["no pages", "two references swapped", "nothing"],
)
async def test_what_read_models_say_changes_no_proof(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path, statements: tuple[str, ...]
) -> None:
    await falsified(copy, *statements)
    account = await proved(auditor, signed, tmp_path / "out")
    told = signed.told[1]
    assert account.is_fine, account.faults
    assert account.proved is not None
    assert (account.proved.reference, account.proved.incident_id) == (ASKED, told.incident_id)
    assert account.belonging == {
        incident_stream(told.incident_id): 15,
        page_stream(told.page_id): 7,
        alert_stream(told.alert_id): 2,
        inventory_stream(told.incident_id): 1,
    }
    said = account.sentences()
    assert said[1].startswith("Asked for: INC-1002. Found: INC-1002, declared at position ")


async def test_an_alert_that_only_has_the_incident_in_a_label_takes_no_proof_away(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    told, other = signed.told[1], story(4711)
    triggered = replace(other.triggered(), labels={"incident_id": str(told.incident_id)})
    log = await PostgresLog.open(copy.app_dsn)
    await tell(log, alert_stream(other.alert_id), triggered)
    await log.close()
    account = await proved(auditor, signed, tmp_path / "out")
    assert account.is_fine, account.faults
    assert alert_stream(other.alert_id) not in account.belonging


async def test_an_alert_that_comes_from_another_incident_behind_the_inventory_takes_no_proof_away(
    auditor: Remote,
    copy: Database,
    signed: Signed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, told = signed.told[0], signed.told[1]
    moved = AlertMoved(
        alert_id=first.alert_id,
        incident_id=told.incident_id,
        from_incident_id=first.incident_id,
        title="CheckoutErrorRateHigh",
        started_at=at(40),
        moved_at=at(41),
    )
    log, loop = await PostgresLog.open(copy.app_dsn), asyncio.get_running_loop()
    take = Remote.post

    def take_and_move(remote: Remote, path: str) -> Any:
        answer = take(remote, path)
        moving = tell(log, alert_stream(first.alert_id), moved)
        asyncio.run_coroutine_threadsafe(moving, loop).result()
        return answer

    monkeypatch.setattr(Remote, "post", take_and_move)
    account = await proved(auditor, signed, tmp_path / "out")
    await log.close()
    assert account.is_fine, account.faults
    assert account.belonging[alert_stream(first.alert_id)] == 3


async def test_an_incident_is_proved_by_its_id_as_by_its_reference(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    account = await proved(auditor, signed, tmp_path / "out", str(signed.told[1].incident_id))
    assert account.is_fine, account.faults
    assert account.proved is not None
    assert account.proved.reference == ASKED
    with pytest.raises(ExportUnusable, match="INC-4711"):
        await exported(auditor, tmp_path / "none", "INC-4711")


async def test_an_export_of_another_incident_is_refused_by_name(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    await exported(auditor, tmp_path)
    account = verified(tmp_path, key_file=signed.public_keys, incident="INC-1001")
    assert set(account.kinds) == {K.IDENTITY}
    assert account.faults[0].sentence.startswith(
        "INC-1001 was asked for, and the events are those of INC-1002"
    )
    renamed(tmp_path, "INC-1001")
    assert set(verified(tmp_path, key_file=signed.public_keys).kinds) == {K.IDENTITY}


@pytest.mark.usefixtures("attached")
@pytest.mark.parametrize("noun", ["incident", "page", "alert", "notes", "inventory"])
async def test_an_export_without_one_of_the_incidents_streams_is_refused(
    auditor: Remote, signed: Signed, tmp_path: Path, noun: str
) -> None:
    told = signed.told[1]
    streams = {
        "incident": (incident_stream(told.incident_id), K.IDENTITY),
        "page": (page_stream(told.page_id), K.STREAM),
        "alert": (alert_stream(told.alert_id), K.STREAM),
        "notes": (notes_stream(told.incident_id), K.STREAM),
        "inventory": (inventory_stream(told.incident_id), K.STREAM),
    }
    await exported(auditor, tmp_path / "out")
    stream, kind = streams[noun]
    without(tmp_path / "out", lambda event: event["stream"] == stream)
    assert kind in verified(tmp_path / "out", key_file=signed.public_keys).kinds


@pytest.mark.usefixtures("attached")
async def test_an_export_without_any_one_of_its_events_is_refused(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    done = await exported(auditor, tmp_path / "whole")
    assert done.manifest is not None
    positions = [event.position for event in events_in(tmp_path / "whole", done.manifest)]
    for left_out in positions:
        out = tmp_path / str(left_out)
        shutil.copytree(tmp_path / "whole", out)
        without(out, partial(is_at, left_out))
        assert not verified(out, key_file=signed.public_keys).is_fine, left_out


async def test_an_export_without_the_end_of_a_stream_is_refused(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    told = signed.told[1]
    await exported(auditor, tmp_path / "out")
    account = verified(tmp_path / "out", key_file=signed.public_keys)
    assert (account.is_fine, account.complete_to) == (True, 73)
    cut = {incident_stream(told.incident_id), page_stream(told.page_id)}

    def is_cut(event: dict[str, Any]) -> bool:
        return event["stream"] in cut and event["version"] > 5

    for left_out in (lambda event: event["type"] == "alert.resolved", is_cut):
        without(tmp_path / "out", left_out)
        account = verified(tmp_path / "out", key_file=signed.public_keys)
        assert set(account.kinds) == {K.STREAM}
        assert "the inventory counts 24 events of 3 streams" in account.faults[0].sentence


async def test_an_export_with_a_stream_of_another_incident_is_refused(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    first, second = tmp_path / "1001", tmp_path / "1002"
    await exported(auditor, first, "INC-1001")
    await exported(auditor, second)
    for name in ("events/000001.ndjson", "proofs.ndjson"):
        (second / name).write_bytes((first / name).read_bytes() + (second / name).read_bytes())
    first_of = signed.told[0].incident_id
    own = {incident_stream(first_of), inventory_stream(first_of)}
    without(second, lambda event: event["stream"] in own)
    account = verified(second, key_file=signed.public_keys)
    assert K.STREAM in account.kinds
    assert {fault.sentence for fault in account.faults} >= {
        f"{stream} does not belong to the incident"
        for stream in (page_stream(signed.told[0].page_id), alert_stream(signed.told[0].alert_id))
    }


async def test_a_stream_that_was_deleted_from_the_log_does_not_pass_for_never_there(
    auditor: Remote,
    copy: Database,
    signed: Signed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(export, "NOTARY_SECONDS", 1.0)  # a notary that refuses signs no more
    stream = alert_stream(signed.told[0].alert_id)
    await tamper(
        copy, f"delete from es.event where stream = '{stream}'", tampering.RENUMBER, RECHAIN
    )
    done = await exported(auditor, tmp_path, "INC-1001")
    assert done.manifest is None
    assert K.ROOT in done.account.kinds


async def test_two_incidents_of_one_reference_are_told(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    log = await PostgresLog.open(copy.app_dsn)
    twin = Story(story(4711).incident_id, ASKED)
    await tell(log, incident_stream(twin.incident_id), twin.declared())
    await log.close()
    done = await exported(auditor, tmp_path / "out")
    assert set(done.account.kinds) == {K.IDENTITY}
    assert incident_stream(twin.incident_id) in done.account.faults[0].sentence


async def test_the_whole_log_shows_one_incident_and_all_of_it(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    await asyncio.to_thread(export_log, auditor, tmp_path, lambda _done, _of: None)
    account = verified(tmp_path, key_file=signed.public_keys, incident=ASKED)
    assert account.is_fine, account.faults
    assert account.proved is not None
    assert account.proved.incident_id == signed.told[1].incident_id
    assert account.belonging.total() == 24  # two are behind the last checkpoint
    account = verified(tmp_path, key_file=signed.public_keys, incident="INC-4711")
    assert set(account.kinds) == {K.IDENTITY}


@pytest.fixture
async def attached(copy: Database, signed: Signed) -> None:
    """A file beside the incident, and one that was removed."""
    told = signed.told[1]
    log = await PostgresLog.open(copy.app_dsn)
    digest = await keep_attachment(log.database, told.incident_id, CONTENT)
    kept, removed = AttachmentId(uuid4()), AttachmentId(uuid4())
    added = [
        AttachmentAdded(
            incident_id=told.incident_id,
            attachment_id=one,
            name="rates.png",
            media_type="image/png",
            size=len(CONTENT),
            sha256=sha256,
            added_by="api_key:desk",
            added_at=at(5),
        )
        for one, sha256 in ((kept, digest), (removed, "0" * 64))
    ]
    gone = AttachmentRemoved(
        incident_id=told.incident_id,
        attachment_id=removed,
        name="rates.png",
        reason="Shows a card",
        removed_by="api_key:desk",
        removed_at=at(6),
    )
    await tell(log, notes_stream(told.incident_id), *added, gone)
    await log.close()


FORGE = (
    "update es.attachment set content = '\\x00'",
    "delete from es.attachment",
)


@pytest.mark.usefixtures("attached")
@pytest.mark.parametrize("exported_is", ["the log", "an incident"])
async def test_the_bytes_of_files_are_part_of_what_is_proved(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path, exported_is: str
) -> None:
    async def account(name: str) -> Account:
        out = tmp_path / name
        if exported_is == "the log":
            await asyncio.to_thread(export_log, auditor, out, lambda _done, _of: None)
        else:
            await exported(auditor, out)
        return verified(out, key_file=signed.public_keys, incident=ASKED)

    fine = await account("fine")
    assert (fine.is_fine, fine.attachments) == (True, 1), fine.faults
    (file,) = (one for one in (tmp_path / "fine" / "attachments").rglob("*") if one.is_file())
    assert file.read_bytes() == CONTENT
    assert (await asyncio.to_thread(audited, auditor)).is_fine
    (file.parent / ("1" * 64)).write_bytes(b"")
    stray = verified(tmp_path / "fine", key_file=signed.public_keys)
    assert [one.sentence.endswith("that no event names") for one in stray.faults] == [True]

    for number, statement in enumerate(FORGE):
        await tamper(copy, statement)
        found = await account(str(number))
        assert set(found.kinds) == {K.ATTACHMENT}
        words = ("forged", "missing")[number]
        assert words in found.faults[0].sentence
        assert found.faults[0].position is not None
        (said,) = (await asyncio.to_thread(audited, auditor)).faults
        assert words in said.sentence
