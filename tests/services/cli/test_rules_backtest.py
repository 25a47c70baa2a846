"""A backtest of rules says what they would have changed, and on what it is based."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.cli.remote import Remote
from tests.services.cli.test_configure import tocsin

TALLY = {"alerts": 412, "incidents": 230, "pages": 198, "held": 0}
RESULT: dict[str, Any] = {
    "starts_at": "2026-11-25T00:00:00Z",
    "ends_at": "2026-11-29T00:00:00Z",
    "kept_since": "2026-11-25T00:00:00Z",
    "reaches_back": False,
    "messages": 5120,
    "left_out": {"integration_revoked": 3},
    "alerts_forgotten": 0,
    "before": TALLY,
    "after": TALLY | {"incidents": 61, "pages": 40, "held": 90},
    "rules": [
        {
            "routing_rules_id": "organisation",
            "rule": "Disks by host",
            "before": None,
            "after": TALLY | {"incidents": 12, "pages": 9},
        }
    ],
    "recorded": {"incidents": 225, "paged": 190, "pages": 377},
    "assumed": ["Nobody is asked what people did."],
}
PROGRESS = {"progress": {"messages": 500, "until": "2026-11-26T00:00:00Z", "share": 0.25}}


class Backtests:
    """An API that answers line by line."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = [PROGRESS, {"result": RESULT}]
        self.asked: list[Any] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((request.method, request.url.path, json.loads(request.content)))
        return httpx.Response(200, text="".join(f"{json.dumps(one)}\n" for one in self.lines))


@pytest.fixture
def backtests(monkeypatch: pytest.MonkeyPatch) -> Iterator[Backtests]:
    made = Backtests()
    http = httpx.Client(base_url="http://tocsin.test", transport=httpx.MockTransport(made))
    with Remote("http://tocsin.test", "tocsin_key_x", http=http) as remote:
        monkeypatch.setattr(Remote, "from_environment", lambda *_: remote)
        yield made


def test_the_report_says_what_the_draft_would_have_saved_and_how_far_messages_reach(
    backtests: Backtests, tmp_path: Path
) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("rules: [{name: Disks by host}]")
    shown = tocsin("rules", "backtest", "--draft", "organisation", str(file)).output
    assert "5120 messages, 412 alerts opened" in shown
    assert "No message before that is kept" in shown
    assert "3 messages: integration revoked." in shown
    assert "61 incidents instead of 230 with the rules of now, 40 pages instead of 198" in shown
    assert "Really: 225 incidents, 190 of them paged somebody." in shown
    assert "0 → 12" in shown
    [(method, path, body)] = backtests.asked
    assert (method, path) == ("POST", "/v1/routing-rules/backtest")
    assert body["draft"] == {
        "routing_rules_id": "organisation",
        "rules": [{"name": "Disks by host"}],
    }


def test_without_a_draft_the_rules_of_now_are_compared_with_none(backtests: Backtests) -> None:
    shown = tocsin("rules", "backtest").output
    assert "With the rules of now: 61 incidents instead of 230 with no rules" in shown


def test_programs_get_the_result_alone(backtests: Backtests) -> None:
    assert json.loads(tocsin("rules", "backtest", "--json").stdout) == RESULT


def test_a_backtest_that_broke_off_is_no_result(backtests: Backtests) -> None:
    backtests.lines = [PROGRESS]
    told = tocsin("rules", "backtest")
    assert told.exit_code != 0
    assert "instead of" not in told.output
