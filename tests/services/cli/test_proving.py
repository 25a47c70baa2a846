"""One incident is proved by itself, and everything that is wrong with an export is told apart."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from events.ids import alert_stream, incident_stream, inventory_stream, page_stream
from events.inventory.events import InventoryTaken
from events.inventory.listing import digest_of
from events.log.lookup.named_incident import incident_in
from events.log.postgres import PostgresLog
from events.log.proof.chain import FaultKind
from services.cli.__main__ import application
from services.cli.audit.export import export_incident, export_log
from services.cli.audit.export_directory import (
    ExportUnusable,
    Manifest,
    events_in,
    read_manifest,
)
from services.cli.audit.verifying import verified
from services.cli.remote import Remote
from services.notary.key_file import kept_keys, make_first_key
from tests.projections.stories import tell
from tests.servers import Database
from tests.services.cli.conftest import Signed
from tests.services.cli.test_incident_proof import without

app = application(())

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("notary")]

NUMBER = 1  # of the story that is exported
TOLD: list[tuple[int, int]] = []


async def exported(
    auditor: Remote, signed: Signed, out: Path, trusted: Path | None = None
) -> Manifest:
    reference = signed.told[NUMBER].reference
    done = await asyncio.to_thread(
        export_incident, auditor, out, reference, trusted, lambda done, of: TOLD.append((done, of))
    )
    assert done.account.is_fine, done.account.faults
    assert done.manifest is not None
    return done.manifest


async def test_an_incident_is_proved_and_nothing_else_is_disclosed(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    told = signed.told[NUMBER]
    manifest = await exported(auditor, signed, tmp_path)
    account = verified(tmp_path, key_file=signed.public_keys)
    assert account.is_fine, account.faults
    assert (account.subject, account.events, account.streams) == ("INC-1002", 25, 4)
    assert {event.stream for event in events_in(tmp_path, manifest)} == {
        incident_stream(told.incident_id),
        page_stream(told.page_id),
        alert_stream(told.alert_id),
        inventory_stream(told.incident_id),
    }
    others = {str(one.incident_id) for one in signed.told} - {str(told.incident_id)}
    assert not [other for other in others if other in everything_in(tmp_path)]
    assert TOLD[-1] == (74, 74)  # the whole log was read: nothing can be hidden


async def test_an_incident_is_connected_with_a_head_that_was_kept(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (oldest, *_) = sorted((signed.folder / "checkpoints").rglob("*.note"))
    (kept / oldest.name).write_bytes(oldest.read_bytes())
    await exported(auditor, signed, tmp_path / "export", kept)
    account = verified(tmp_path / "export", key_file=signed.public_keys, trusted=kept)
    assert account.is_fine
    assert account.trusted == 1
    rewritten = (kept / oldest.name).read_text().split("\n")
    rewritten[2] = "A" * 43 + "="
    (kept / oldest.name).write_text("\n".join(rewritten))
    account = verified(tmp_path / "export", key_file=signed.public_keys, trusted=kept)
    assert set(account.kinds) == {FaultKind.TRUSTED}


async def test_the_newest_head_that_was_kept_is_connected_and_not_some_older_one(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    oldest, second, *_ = sorted((signed.folder / "checkpoints").rglob("*.note"))
    (kept / oldest.name).write_bytes(oldest.read_bytes())
    await exported(auditor, signed, tmp_path / "export", kept)
    (kept / second.name).write_bytes(second.read_bytes())
    with pytest.raises(ExportUnusable, match="make it anew"):
        verified(tmp_path / "export", key_file=signed.public_keys, trusted=kept)


def everything_in(folder: Path) -> str:
    return "".join(file.read_text() for file in folder.rglob("*") if file.is_file())


def edited(file: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    file.write_bytes(b"".join(change(file.read_bytes().splitlines(keepends=True))))


async def test_an_incident_whose_export_was_edited_is_not_proved(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    await exported(auditor, signed, tmp_path)
    events, proofs = tmp_path / "events" / "000001.ndjson", tmp_path / "proofs.ndjson"
    kinds = {}
    for name, file, change in (
        ("words", events, lambda lines: [lines[0].replace(b"Checkout", b"Search"), *lines[1:]]),
        ("an event", events, lambda lines: [*lines[:4], *lines[5:]]),
        ("the last proof", proofs, lambda lines: lines[:-1]),
        (
            "a proof",
            proofs,
            lambda lines: [*lines[:2], lines[2].replace(b'["', b'["A'), *lines[3:]],
        ),
        ("two proofs", proofs, lambda lines: [lines[1], lines[0], *lines[2:]]),
        ("everything", events, lambda _lines: []),
    ):
        whole = file.read_bytes()
        edited(file, change)
        kinds[name] = set(verified(tmp_path, key_file=signed.public_keys).kinds)
        file.write_bytes(whole)
    assert kinds == {
        "words": {FaultKind.CHAIN},
        "an event": {
            FaultKind.VERSION,
            FaultKind.CHAIN,
            FaultKind.EVENT_ID,
            FaultKind.PROOF,
            FaultKind.SIZE,
        },
        "the last proof": {FaultKind.PROOF},
        "a proof": {FaultKind.PROOF},
        "two proofs": {FaultKind.PROOF},
        "everything": {FaultKind.IDENTITY, FaultKind.PROOF, FaultKind.SIZE},
    }
    assert verified(tmp_path, key_file=signed.public_keys).is_fine


async def test_the_command_line_says_how_it_went_with_its_exit_code(
    auditor: Remote, signed: Signed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_URL", auditor.url)
    monkeypatch.setenv("TOCSIN_API_KEY", signed.key)
    out, keys = tmp_path / "export", ["--key", str(signed.public_keys)]

    async def run(*arguments: str) -> tuple[int, str]:
        with capture_logs():  # the API answers in this very process
            result = await asyncio.to_thread(CliRunner().invoke, app, ["audit", *arguments])
        return result.exit_code, " ".join(result.output.split())

    assert await run("export", "--out", str(out)) == (0, f"73 events are in {out}.")
    code, said = await run("verify", str(out), *keys)
    assert (code, said.endswith("the whole log is proved.")) == (0, True)
    code, said = await run("prove", "INC-1002", *keys, "--json")
    assert (code, json.loads(said)["fine"]) == (0, True)
    assert (await run("check"))[0] == 0
    assert (await run("prove", "INC-4711"))[0] == 2
    assert (await run("export", "--out", str(out)))[0] == 2
    assert (await run("verify", str(tmp_path)))[0] == 2
    assert (await run("verify", str(out), "--key", str(out / "manifest.json")))[0] == 2
    assert (await run("verify", str(out), "--receipts", str(tmp_path / "nothing")))[0] == 2
    file = out / "events" / "000001.ndjson"
    edited(file, lambda lines: [lines[0], lines[2], lines[1], *lines[3:]])
    code, said = await run("verify", str(out), *keys)
    assert code == 1
    assert "✗ position: position 3 (" in said
    edited(file, lambda lines: [*lines, b"{}\n"])
    assert (await run("verify", str(out), *keys))[0] == 2


async def test_the_whole_log_proves_no_incident_behind_its_last_checkpoint(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    await asyncio.to_thread(export_log, auditor, tmp_path, lambda _done, _of: None)
    lines = (tmp_path / "checkpoints.ndjson").read_bytes().splitlines(keepends=True)
    first = json.loads(lines[0])
    (tmp_path / "checkpoints.ndjson").write_bytes(lines[0])  # what follows might be invented
    (tmp_path / "checkpoint").write_text(first["note"])
    account = verified(tmp_path, key_file=signed.public_keys, incident="INC-1002")
    assert set(account.kinds) == {FaultKind.SIGNATURE}
    assert "under no good checkpoint" in account.faults[0].sentence
    account = verified(tmp_path, key_file=signed.public_keys)
    assert account.is_fine
    assert account.verdict() == f"the whole log is proved up to position {first['size']}."


async def test_an_export_passes_for_nothing_else_by_its_manifest(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    await exported(auditor, signed, tmp_path / "one")
    await asyncio.to_thread(export_log, auditor, tmp_path / "log", lambda _done, _of: None)
    for out, incident in ((tmp_path / "one", None), (tmp_path / "log", "INC-4711")):
        manifest = msgspec.structs.replace(read_manifest(out), incident=incident)
        (out / "manifest.json").write_bytes(msgspec.json.encode(manifest))
        with pytest.raises(ExportUnusable, match="names"):
            verified(out)


async def test_a_false_inventory_hides_a_page_from_an_export_and_from_no_proof_made_anew(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    told = signed.told[NUMBER]
    log = await PostgresLog.open(copy.app_dsn)
    end, page = await log.head(), page_stream(told.page_id)
    rows = [row for row in await log.read_all(0, 1_000) if incident_in(row.payload)]
    own = [row for row in rows if incident_in(row.payload) == told.incident_id]
    heads = {row.stream: (row.version, row.hash) for row in own if row.stream != page}
    false = InventoryTaken(
        incident_id=told.incident_id,
        reference="INC-1002",
        position=end,
        streams=len(heads),
        events=sum(version for version, _ in heads.values()),
        digest=digest_of(heads),
        taken_by="api_key:desk",
        taken_at=told.declared().declared_at,
    )
    await tell(log, inventory_stream(told.incident_id), false)
    await log.close()
    await exported(auditor, signed, tmp_path)
    account = verified(tmp_path, key_file=signed.public_keys)
    assert (account.is_fine, page in account.belonging) == (True, True)
    without(tmp_path, lambda event: event["stream"] == page or event["position"] > end + 1)
    account = verified(tmp_path, key_file=signed.public_keys)
    assert (account.is_fine, page in account.belonging) == (True, False)
    assert account.complete_to == end


async def test_an_export_that_was_not_finished_is_none(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    await asyncio.to_thread(export_log, auditor, tmp_path, lambda _done, _of: None)
    manifest = tmp_path / "manifest.json"
    other = msgspec.structs.replace(read_manifest(tmp_path), format="another/9")
    manifest.write_bytes(msgspec.json.encode(other))
    with pytest.raises(ExportUnusable, match="another/9"):
        verified(tmp_path)
    manifest.unlink()
    with pytest.raises(ExportUnusable, match="no whole export"):
        verified(tmp_path)


async def test_the_notarys_key_is_changed_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_NOTARY_KEY", str(tmp_path / "notary-keys"))
    assert CliRunner().invoke(app, ["audit", "rotate-key"]).exit_code == 2
    (first,) = make_first_key(tmp_path / "notary-keys", "tocsin-test")
    done = CliRunner().invoke(app, ["audit", "rotate-key"])
    assert done.exit_code == 0
    assert [key.verifier.text in done.output for key in kept_keys(tmp_path / "notary-keys")] == [
        False,
        True,
    ]
    assert kept_keys(tmp_path / "notary-keys")[0].text == first.text
    (tmp_path / "published").write_text(f"{first.verifier.text}\n")
    lost = ["audit", "rotate-key", "--lost", str(tmp_path / "published")]
    assert CliRunner().invoke(app, lost).exit_code == 2  # it is not lost
    (tmp_path / "notary-keys").unlink()
    assert CliRunner().invoke(app, ["audit", "rotate-key"]).exit_code == 2
    done = CliRunner().invoke(app, lost)
    assert (done.exit_code, "tocsin-test+" in done.output) == (0, True)
