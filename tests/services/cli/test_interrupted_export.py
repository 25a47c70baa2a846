"""An export that was cut off goes on where it was, and is the one it would have been."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from services.cli.audit import export, unfinished
from services.cli.audit.export import export_incident, export_log
from services.cli.audit.export_directory import ExportUnusable, events_in, read_manifest
from services.cli.audit.verifying import verified
from services.cli.remote import Problem, Remote
from tests.servers import Database
from tests.services.cli.conftest import Signed
from tests.services.cli.tampering import tamper

pytestmark = pytest.mark.stack


class Failing(Remote):
    """The API as it is reached over a line that breaks after some calls."""

    def __init__(self, url: str, key: str, calls: int) -> None:
        super().__init__(url, key)
        self._calls = calls
        self.asked: list[int] = []

    def get(self, path: str, **query: Any) -> Any:
        if self._calls == 0:
            raise Problem("The line broke.", "")
        self._calls -= 1
        if path == "/v1/audit/events":
            self.asked.append(int(query["after"]))
        return super().get(path, **query)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PAGE", 7)
    monkeypatch.setattr(unfinished, "PART", 20)


async def exported(remote: Remote, out: Path) -> None:
    await asyncio.to_thread(export_log, remote, out, lambda _done, _of: None)


async def cut_off(url: str, key: str, out: Path, calls: int) -> None:
    with Failing(url, key, calls) as failing, pytest.raises(Problem, match="The line broke"):
        await exported(failing, out)


def events_of(out: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((out / "events").iterdir())}


async def test_an_interrupted_export_of_the_log_goes_on_and_reads_no_event_twice(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    whole, out = tmp_path / "whole", tmp_path / "out"
    await exported(auditor, whole)
    for calls in (2, 5, 7, 3):  # one is for the end of the log, one for its checkpoints
        await cut_off(auditor.url, signed.key, out, calls)
        with pytest.raises(ExportUnusable, match="no whole export"):
            verified(out)
    last = max((out / "events").iterdir())
    written = len(b"".join(events_of(out).values()).splitlines())
    with last.open("ab") as file:
        file.write(b'{"position":')  # a line that was being written
    with Failing(auditor.url, signed.key, 100) as rest:
        await exported(rest, out)
    # The last event written is looked at again, and the log is read on behind it.
    assert rest.asked[:2] == [written - 1, written]
    assert events_of(out) == events_of(whole)
    assert verified(out, key_file=signed.public_keys).is_fine
    assert len(list(events_in(out, read_manifest(out)))) == 73
    assert not (out / unfinished.UNFINISHED).exists()


async def test_an_export_does_not_go_on_with_another_log_than_it_was_begun_with(
    auditor: Remote, copy: Database, signed: Signed, tmp_path: Path
) -> None:
    await cut_off(auditor.url, signed.key, tmp_path / "out", 5)
    await tamper(copy, "update es.event set payload = '{}' where position = 21")
    with pytest.raises(ExportUnusable, match="another event at position 21"):
        await exported(auditor, tmp_path / "out")


@pytest.mark.usefixtures("notary")
async def test_an_interrupted_export_of_an_incident_is_begun_anew_in_its_place(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    def export(remote: Remote) -> None:
        export_incident(remote, tmp_path, signed.told[1].reference, None, lambda _done, _of: None)

    for calls in (1, 9, 13):
        with Failing(auditor.url, signed.key, calls) as failing, pytest.raises(Problem):
            await asyncio.to_thread(export, failing)
    with pytest.raises(ExportUnusable, match="an unfinished export of another kind"):
        await exported(auditor, tmp_path)
    await asyncio.to_thread(export, auditor)
    account = verified(tmp_path, key_file=signed.public_keys)
    assert account.is_fine, account.faults


async def test_a_directory_that_holds_something_else_is_left_alone(
    auditor: Remote, signed: Signed, tmp_path: Path
) -> None:
    whole, other, half = tmp_path / "whole", tmp_path / "other", tmp_path / "half"
    await exported(auditor, whole)
    with pytest.raises(ExportUnusable, match="holds a whole export"):
        await exported(auditor, whole)
    other.mkdir()
    (other / "letter.txt").write_text("Dear auditor")
    with pytest.raises(ExportUnusable, match="is not empty"):
        await exported(auditor, other)
    await cut_off(auditor.url, signed.key, half, 4)
    (half / unfinished.UNFINISHED).write_text("{")
    with pytest.raises(ExportUnusable, match="cannot be read"):
        await exported(auditor, half)
    assert [file.name for file in other.iterdir()] == ["letter.txt"]
