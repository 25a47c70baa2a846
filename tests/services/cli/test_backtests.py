"""A change in a file is tried on past incidents, and the answer is read in one look."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from events.configuration.responder import ResponderKind
from events.page.purpose import Purpose
from services.api.views.backtest import (
    ASSUMED,
    BacktestIncident,
    BacktestLevel,
    BacktestPage,
    BacktestPerson,
    BacktestPersonTotals,
    BacktestShare,
    BacktestTotals,
    BacktestView,
)
from services.api.views.escalation import TargetBody
from services.cli.__main__ import application
from services.cli.remote import Remote

app = application(())

type Asked = list[httpx.Request]


BEGIN, END = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)
PAGED_AT = datetime(2026, 10, 1, 1, tzinfo=UTC)


def level(number: int, *people: str) -> BacktestLevel:
    return BacktestLevel(
        round=1,
        level=number,
        at=PAGED_AT,
        people=tuple(
            BacktestPerson(
                responder_id=one,
                kind=ResponderKind.PERSON,
                because=TargetBody(responder_id=one),
            )
            for one in people
        ),
        skipped=None,
        empty=None if people else "nobody is on call",
    )


def incident(reference: str, *after: BacktestLevel) -> BacktestIncident:
    """Return an incident that paged ada, and would have gone on like this."""
    before = (level(1, "ada"),)
    page = BacktestPage(
        page_id=f"page of {reference}",
        purpose=Purpose.RESPONSE,
        started_at=PAGED_AT,
        ended_at=None,
        acknowledged_by=None,
        acknowledged_after_seconds=None,
        differs=before != after,
        before=before,
        after=after,
    )
    return BacktestIncident(
        incident_id=f"incident of {reference}",
        reference=reference,
        service_id=None,
        differs=page.differs,
        first_page_differs=page.differs,
        pages=(page,),
    )


ADA = BacktestPersonTotals(
    responder_id="ada",
    before=BacktestShare(pages=3, nights=2),
    after=BacktestShare(pages=1, nights=0),
)
# As the API makes it: a renamed member fails here, and not at somebody's terminal.
ANSWER = BacktestView(
    starts_at=BEGIN,
    ends_at=END,
    incidents=(incident("INC-7", level(1), level(2, "eve")), incident("INC-8", level(1, "ada"))),
    cut=False,
    totals=BacktestTotals(
        incidents=2,
        incidents_that_differ=1,
        first_pages_that_differ=1,
        empty_levels_before=0,
        empty_levels_after=1,
        people=(ADA,),
    ),
    assumed=ASSUMED,
).model_dump_json()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    requests: Asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, text=ANSWER, headers={"Content-Type": "application/json"})

    url = "http://tocsin.test"
    http = httpx.Client(base_url=url, transport=httpx.MockTransport(answer))
    remote = Remote(url, "tocsin_key", http=http)
    monkeypatch.setattr(Remote, "from_environment", lambda: remote)
    yield requests
    http.close()


@pytest.mark.parametrize(
    ("noun", "path"), [("policies", "escalation-policies"), ("schedules", "schedules")]
)
def test_a_change_in_a_file_is_tried_on_the_period_asked_for(
    asked: Asked, tmp_path: Path, noun: str, path: str
) -> None:
    file = tmp_path / "night.yaml"
    file.write_text("name: Night\n")
    words = [noun, "backtest", "night", "--file", str(file), "--from", "2026-09-01T00:00:00+02:00"]
    answer = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
    assert answer.exit_code == 0, answer.output
    [request] = asked
    assert request.url.path == f"/v1/{path}/night/backtest"
    assert dict(request.url.params) == {"from": "2026-09-01T00:00:00+02:00"}
    assert json.loads(request.content) == {"name": "Night"}
    for told in (
        "1 of them paged differently",
        "3 → 1",
        "2 → 0",
        "NOBODY → eve",
        "INC-7",
        ASSUMED[0],
    ):
        assert told in answer.output
    assert "INC-8" not in answer.output


def test_without_a_file_it_is_tried_as_it_is_now(asked: Asked) -> None:
    answer = CliRunner().invoke(app, ["policies", "backtest", "night", "--json"])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output) == json.loads(ANSWER)
    [request] = asked
    assert (request.content, dict(request.url.params)) == (b"", {})
