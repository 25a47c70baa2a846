"""`tocsin audit check`: 0 fine, 1 faults, 2 when it could not ask."""

import asyncio
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree
from threading import Thread

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from services.cli.__main__ import application
from services.cli.remote import Remote
from services.stack.data_directory import announce, held
from tests.servers import Database
from tests.services.cli import tampering
from tests.services.cli.conftest import Signed
from tests.services.cli.tampering import tamper

app = application(())

pytestmark = pytest.mark.stack


async def check(*arguments: str) -> tuple[int, str]:
    with capture_logs():  # the API answers in this very process
        result = await asyncio.to_thread(CliRunner().invoke, app, ["audit", "check", *arguments])
    return result.exit_code, " ".join(result.output.split())


@pytest.fixture
def asked(auditor: Remote, signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_URL", auditor.url)
    monkeypatch.setenv("TOCSIN_API_KEY", signed.key)


@pytest.mark.usefixtures("asked")
async def test_a_rollback_is_found_by_what_the_notary_published(
    copy: Database, signed: Signed
) -> None:
    published = ("--trusted", str(signed.folder / "checkpoints"))
    code, said = await check(*published)
    assert (
        code,
        said.startswith("73 events, every one in place and unchanged, and their files."),
    ) == (0, True)
    await tamper(copy, tampering.PUT_BACK)
    code, said = await check()
    assert (code, "The public keys are the server's own" in said) == (0, True)
    assert said.endswith("the log holds together, under keys that came with it.")
    code, said = await check(*published)
    assert code == 1
    assert "✗ trusted: " in said
    assert "covers 67 events, and there are" in said
    code, said = await check(*published, "--json")
    assert (code, json.loads(said)["fault_counts"]) == (1, {"trusted": 1})


@pytest.mark.usefixtures("asked")
async def test_the_roots_are_checked_and_not_the_chain_alone(
    copy: Database, signed: Signed
) -> None:
    await tamper(copy, tampering.PAYLOAD, tampering.RECHAIN)
    code, said = await check("--key", str(signed.public_keys))
    assert (code, "✗ root: " in said) == (1, True)


@pytest.mark.usefixtures("asked")
async def test_what_the_stack_on_this_machine_published_is_found_by_itself(
    auditor: Remote,
    copy: Database,
    signed: Signed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copytree(signed.folder / "checkpoints", tmp_path / "checkpoints")
    monkeypatch.setenv("TOCSIN_DATA", str(tmp_path))
    with held(tmp_path):
        another = "http://127.0.0.1:1"  # than is asked
        announce(tmp_path, api_url=another, temporal_address="")
        code, said = await check()
        assert (code, "holds together" in said) == (0, True)
        announce(tmp_path, api_url=auditor.url, temporal_address="")
        code, said = await check()
        assert (code, "the log is proved up to position 67." in said) == (0, True)
        word = tmp_path / "checkpoints" / "rewritten"
        word.write_text("2026-03-01T12:00:00Z log_rewritten: x\n")
        code, said = await check()
    assert code == 1
    assert "the notary left word: 2026-03-01T12:00:00Z log_rewritten: x" in said


class Portal(BaseHTTPRequestHandler):
    """What stands between: a page to log in, or an API that is none of ours."""

    kind = "text/html"
    body = b"<p>Log in first</p>"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", self.kind)
        self.send_header("content-length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its own name
        pass


@pytest.fixture
def portal() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", b"<p>Log in first</p>"),
        ("application/json", b"not json"),
        ("application/json", b'{"status": "fine"}'),
        ("text/plain", b"hello"),
    ],
)
async def test_whoever_answers_in_the_logs_place_is_not_called_fine_or_faulty(
    portal: str, monkeypatch: pytest.MonkeyPatch, kind: str, body: bytes
) -> None:
    monkeypatch.setattr(Portal, "kind", kind)
    monkeypatch.setattr(Portal, "body", body)
    monkeypatch.setenv("TOCSIN_URL", portal)
    monkeypatch.setenv("TOCSIN_API_KEY", "x")
    code, said = await check()
    assert (code, said.startswith("tocsin: ")) == (2, True), said


async def test_a_check_that_cannot_ask_says_so_with_a_code_of_its_own(
    auditor: Remote, signed: Signed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_DATA", str(tmp_path))
    monkeypatch.delenv("TOCSIN_API_KEY", raising=False)
    monkeypatch.setenv("TOCSIN_URL", auditor.url)
    assert (await check())[0] == 2  # no key
    monkeypatch.setenv("TOCSIN_API_KEY", "tocsin_key_of_nobody")
    assert (await check())[0] == 2
    monkeypatch.setenv("TOCSIN_API_KEY", signed.key)
    assert (await check("--trusted", str(tmp_path)))[0] == 2
    assert (await check("--key", str(tmp_path / "nothing")))[0] == 2
    for nowhere in ("http://127.0.0.1:1", "nonsense", "http://[", "ftp://127.0.0.1"):
        monkeypatch.setenv("TOCSIN_URL", nowhere)
        assert (await check())[0] == 2, nowhere
