"""The report command prints what the API writes, issues it, and says what was restated since."""

from typing import Any

import httpx
import pytest

from services.cli.remote import Remote
from tests.services.cli.test_configure import DONE, Api, api, tocsin

__all__ = ["api"]

REPORT = "00000000-0000-0000-0000-000000000001"
RESTATED = {"restated": [{"sentence": "MTTR 38 min → 41 min: INC-1042's end was corrected"}]}


class Library:
    """An API that answers each path with a text or an answer of its own."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[httpx.URL] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        answer = self.answers[request.url.path]
        if isinstance(answer, str):
            return httpx.Response(200, text=answer)
        return httpx.Response(200, json=answer)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    made = Library(
        {
            "/v1/reports/quarterly/2026-Q4": "┌─┐\n│ │\n",
            f"/v1/reports/{REPORT}/document": "┌─┐\n",
            f"/v1/reports/{REPORT}": RESTATED,
        }
    )
    http = httpx.Client(base_url="http://tocsin.test", transport=httpx.MockTransport(made))
    remote = Remote("http://tocsin.test", "tocsin_key_x", http=http)
    monkeypatch.setattr(Remote, "from_environment", lambda *_: remote)
    return made


def test_a_report_is_printed_as_the_api_writes_it(library: Library) -> None:
    told = tocsin("report", "2026-Q4", "--zone", "Europe/Berlin", "--format", "markdown")
    assert told.output == "┌─┐\n│ │\n"
    [asked] = library.asked
    assert dict(asked.params) == {"format": "markdown", "zone": "Europe/Berlin", "year_begins": "1"}


def test_under_an_issued_report_stands_what_was_restated_since(library: Library) -> None:
    told = tocsin("report", REPORT)
    assert told.output == (
        "┌─┐\n\n! Restated since:\n  MTTR 38 min → 41 min: INC-1042's end was corrected\n"
    )
    assert tocsin("report", REPORT, "--format", "json").output == "┌─┐\n"


def test_a_report_is_issued_for_everybody_to_read(api: Api) -> None:
    api.answer = DONE | {"report_id": REPORT}
    told = tocsin("report", "2026-Q3", "--issue")
    assert f"Issued as report {REPORT}." in told.output
    body = {"quarter": "2026-Q3", "zone": "UTC", "year_begins": 1}
    assert api.asked == [("POST", "/v1/reports", body)]
