"""A change in a file is tried on past incidents, and the answer is read in one look."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from services.cli.__main__ import application
from services.cli.remote import Remote

app = application(())

type Asked = list[httpx.Request]


def level(*people: str) -> dict[str, Any]:
    return {
        "people": [{"responder_id": one} for one in people],
        "skipped": None,
        "empty": None if people else "nobody is on call",
    }


ANSWER: dict[str, Any] = {
    "starts_at": "2026-09-01T00:00:00Z",
    "ends_at": "2026-11-30T00:00:00Z",
    "cut": False,
    "totals": {
        "incidents": 2,
        "incidents_that_differ": 1,
        "first_pages_that_differ": 1,
        "empty_levels_before": 0,
        "empty_levels_after": 1,
        "people": [
            {
                "responder_id": "ada",
                "before": {"pages": 3, "nights": 2},
                "after": {"pages": 1, "nights": 0},
            }
        ],
    },
    "incidents": [
        {
            "reference": "INC-7",
            "differs": True,
            "pages": [
                {
                    "started_at": "2026-10-01T01:00:00Z",
                    "differs": True,
                    "before": [level("ada")],
                    "after": [level(), level("eve")],
                }
            ],
        },
        {"reference": "INC-8", "differs": False, "pages": []},
    ],
    "assumed": ["Nobody answers earlier."],
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    requests: Asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=ANSWER)

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
    for told in ("1 of them paged differently", "3 → 1", "2 → 0", "NOBODY → eve", "INC-7"):
        assert told in answer.output
    assert "INC-8" not in answer.output


def test_without_a_file_it_is_tried_as_it_is_now(asked: Asked) -> None:
    answer = CliRunner().invoke(app, ["policies", "backtest", "night", "--json"])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output) == ANSWER
    [request] = asked
    assert (request.content, dict(request.url.params)) == (b"", {})
