"""The command line's one call: answers, problems in words, and repeats that do nothing twice."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from events.log.canonical import canonical
from services.cli import remote as remote_of_tocsin
from services.cli.remote import Problem, Remote, parsed, readable
from services.cli.understand.stored_events import stored

PROBLEM = {
    "title": "The request is invalid.",
    "detail": "Two members are wrong.",
    "status": 422,
    "errors": [{"field": "body.title", "reason": "It is missing."}],
}


@contextmanager
def api(
    *script: tuple[int, dict[str, Any]], **headers: str
) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield the address of an API that answers by its script, and the headers it was sent."""
    answers = list(script)
    asked: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            asked.append({name.lower(): value for name, value in self.headers.items()})
            self.rfile.read(int(self.headers.get("content-length", "0")))
            status, body = answers.pop(0) if len(answers) > 1 else answers[0]
            kind = "application/json" if status < 400 else "application/problem+json"
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(text)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = _answer  # noqa: N815  the base class's own names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its own name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_refusal_is_told_with_the_field_and_the_reason() -> None:
    refused = pytest.raises(Problem, match=r"body\.title: It is missing\.")
    with api((422, PROBLEM)) as (url, _), Remote(url, "key") as remote, refused:
        remote.post("/v1/incidents", {})


def test_a_write_that_met_an_outage_is_repeated_under_the_same_key() -> None:
    unavailable = (503, {"title": "Storage is away.", "status": 503})
    with api(unavailable, (200, {"position": "7"})) as (url, asked), Remote(url, "key") as remote:
        assert remote.post("/v1/incidents", {}) == {"position": "7"}
    assert asked[0]["idempotency-key"] == asked[1]["idempotency-key"]


@pytest.mark.parametrize(("asked_for", "waited"), [("1", 1.0), ("3600", 5.0), ("soon", 0.0)])
def test_the_next_attempt_waits_as_long_as_the_api_asks_and_nobody_for_an_hour(
    asked_for: str, waited: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(remote_of_tocsin, "sleep", waits.append)
    unavailable = (503, {"title": "Storage is away.", "status": 503})
    with api(unavailable, (200, {}), retry_after=asked_for) as (url, _), Remote(url, "key") as one:
        assert one.get("/v1/incidents") == {}
    assert waits == [waited]


def test_two_commands_never_share_a_key() -> None:
    with api((200, {})) as (url, asked), Remote(url, "key") as remote:
        remote.post("/v1/incidents", {})
        remote.post("/v1/incidents", {})
    assert asked[0]["idempotency-key"] != asked[1]["idempotency-key"]


def test_speaking_for_somebody_changes_the_name_and_not_the_key() -> None:
    with api((200, {})) as (url, asked), Remote(url, "key") as remote:
        remote.speaking_for("ada").post("/v1/incidents/INC-1/acknowledgement")
        remote.get("/v1/incidents")
    assert asked[0]["tocsin-responder"] == "ada"
    assert "tocsin-responder" not in asked[1]
    assert asked[0]["authorization"] == asked[1]["authorization"] == "Bearer key"


def test_a_list_in_parts_is_read_to_its_end() -> None:
    parts = (
        (200, {"events": [1, 2], "next_after": "2"}),
        (200, {"events": [3], "next_after": None}),
    )
    with api(*parts) as (url, _), Remote(url, "key") as remote:
        assert list(remote.all_of("/v1/events", "events", "after")) == [1, 2, 3]


def test_a_tocsin_that_is_not_there_is_named_with_what_to_do() -> None:
    with Remote("http://127.0.0.1:9", "key") as remote, pytest.raises(Problem, match="make up"):
        remote.get("/v1/incidents")


def test_an_event_shown_as_json_gives_back_the_bytes_that_were_hashed() -> None:
    payload = {"title": "é \u2028 1e3", "b": 1, "a": [True, None]}
    row = stored(
        {
            "position": "1",
            "stream": "incident-1",
            "version": 1,
            "event_id": "6f1c7d0e-5a3b-5c57-9a52-2f1f6d0c7a11",
            "command_id": "6f1c7d0e-5a3b-5c57-9a52-2f1f6d0c7a11",
            "type": "incident.declared",
            "schema_version": 1,
            "recorded_at": "2026-11-23T12:00:00.000001Z",
            "payload": json.loads(json.dumps(payload)),
            "metadata": {},
            "hash": "00" * 32,
        }
    )
    assert row.payload == canonical(payload)


def test_a_byte_that_is_not_utf_8_is_sent_as_a_mark_and_never_as_a_traceback() -> None:
    typed = b"disk \xff full".decode("utf-8", "surrogateescape")  # as the interpreter hands it on
    with api((200, {})) as (url, _), Remote(url, "key") as remote:
        assert remote.post(f"/v1/incidents/{typed}/notes", {"text": [typed, {typed: typed}]}) == {}
        assert remote.get("/v1/incidents", q=typed, status=[typed]) == {}
        assert remote.upload("/v1/x", b"\xff", "text/plain", name=typed) == {}
    assert readable({typed: [typed]}) == {"disk \ufffd full": ["disk \ufffd full"]}
    assert readable("\x1b[31mdisk\x1b[0m full\r\nnow") == "disk full\nnow"


def test_an_id_that_is_none_is_named_and_not_a_traceback() -> None:
    for wrong in ("béa", "ana\n", "\udcff"):
        with pytest.raises(Problem, match="--as"):
            Remote("http://127.0.0.1:9", "key", speaking_for=wrong)
    with pytest.raises(Problem, match="API key"):
        Remote("http://127.0.0.1:9", "clé")


def test_an_answer_that_is_no_json_is_a_problem_in_words() -> None:
    for content in (b"\xff", b"<html>", b""):
        with pytest.raises(Problem, match="TOCSIN_URL"):
            parsed(content)


def test_a_sandbox_is_called_one_once_and_beside_what_programs_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with api((200, {}), tocsin_sandbox="simulated") as (url, _), Remote(url, "key") as remote:
        remote.get("/v1/incidents")
        remote.get("/v1/incidents")
    said = capsys.readouterr()
    assert said.err == "tocsin: this is a sandbox: everything in it is simulated.\n"
    assert said.out == ""
    with api((200, {})) as (url, _), Remote(url, "key") as remote:
        remote.get("/v1/incidents")
    assert capsys.readouterr().err == ""
