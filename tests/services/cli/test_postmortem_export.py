"""A postmortem is read at a terminal, and kept as a file."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.cli.remote import Problem, Remote
from tests.services.cli.test_configure import tocsin

HTML = b"<!doctype html><p>caf\xc3\xa9</p>"
ATTACHED = {"content-disposition": "attachment", "content-type": "text/html; charset=utf-8"}


class Exporting:
    def __init__(self) -> None:
        self.asked: list[httpx.URL] = []
        self.answer = httpx.Response(200, content=HTML, headers=ATTACHED)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        return self.answer


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Exporting]:
    made = Exporting()
    http = httpx.Client(base_url="http://tocsin.test", transport=httpx.MockTransport(made))
    with Remote("http://tocsin.test", "tocsin_key_x", http=http) as remote:
        monkeypatch.setattr(Remote, "from_environment", lambda *_: remote)
        yield made


def test_a_file_is_kept_byte_by_byte(api: Exporting, tmp_path: Path) -> None:
    kept = tmp_path / "postmortem.html"
    said = tocsin("postmortem", "export", "INC-7", "--format", "html", "--output", str(kept))
    assert said.exit_code == 0, said.output
    assert kept.read_bytes() == HTML
    [url] = api.asked
    assert url.path == "/v1/incidents/INC-7/postmortem/export"
    assert url.params["format"] == "html"


def test_without_a_file_it_is_shown_without_what_a_terminal_obeys(api: Exporting) -> None:
    markdown = "# Postmortem\n\x1b[2Jhere"
    api.answer = httpx.Response(200, text=markdown, headers={"content-disposition": "attachment"})
    assert tocsin("postmortem", "export", "INC-7").output == "# Postmortem\nhere"


def test_a_pdf_asks_for_a_file(api: Exporting) -> None:
    said = tocsin("postmortem", "export", "INC-7", "--format", "pdf")
    assert isinstance(said.exception, Problem)
    assert "--output postmortem.pdf" in str(said.exception)
    assert not api.asked


def test_a_page_that_is_no_export_is_not_kept_for_one(api: Exporting, tmp_path: Path) -> None:
    api.answer = httpx.Response(200, html="<p>Sign in</p>")
    kept = tmp_path / "postmortem.html"
    said = tocsin("postmortem", "export", "INC-7", "--output", str(kept))
    assert isinstance(said.exception, Problem)
    assert not kept.exists()
