"""The metrics command shows what a quarter came to, and what has no value is no 0."""

from typing import Any

import httpx
import pytest

from services.cli.remote import Remote
from tests.services.cli.test_configure import Api, api, tocsin

__all__ = ["api"]

NONE: dict[str, Any] = {
    "n": 0,
    "of": 3,
    "mean_seconds": None,
    "min_seconds": None,
    "max_seconds": None,
    "p50_seconds": None,
    "p75_seconds": None,
    "p90_seconds": None,
    "p95_seconds": None,
    "impossible_order": 0,
}
SOME = NONE | {"n": 2, "mean_seconds": 1800.0, "max_seconds": 2700.0, "p50_seconds": 1800.0}
FIGURES: dict[str, Any] = {
    "count": 3,
    "open": 1,
    "reopened": 0,
    "retrospective": 0,
    "corrected": 1,
    "parts": 0,
    "ttd": NONE | {"by_monitor": NONE, "by_person": NONE},
    "tta": SOME
    | {"unacknowledged": 1, "taken_before_called": 0, "nobody_called": 0, "retrospective": 0},
    **dict.fromkeys(("ttm", "ttr", "ttr_first", "ttr_business", "tta_business"), SOME),
}
QUIET = {"failures": 0, "down_seconds": 0.0, "operating_seconds": 7948800.0, "mtbf_seconds": None}
ANSWER = FIGURES | {
    "compat": None,
    "window": {
        "quarter": "2026-Q4",
        "zone": "UTC",
        "from": "2026-10-01T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
        "hours": 2208.0,
        "by": "declared",
    },
    "preliminary": True,
    "left_out": {"drill": 1, "declined": 0, "merged": 2},
    "by_severity": {"SEV1": 2, "none": 1},
    "by_service": {"checkout": 3},
    "by_team": {"none": 3},
    "causes": [],
    "no_cause": 3,
    "services": {"search": QUIET, "checkout": QUIET | {"failures": 2, "mtbf_seconds": 36000.0}},
    "all_services": QUIET | {"failures": 2, "mtbf_seconds": 72000.0},
    "groups": [FIGURES | {"key": "checkout"}],
    "open_incidents": [{"incident_id": "x", "reference": "INC-3"}],
    "incidents": "/v1/metrics/incidents/rows?quarter=2026-Q4",
    "csv": "/v1/metrics/incidents.csv?quarter=2026-Q4",
}


def test_the_metrics_of_a_quarter_are_shown_with_what_was_left_out(api: Api) -> None:
    api.answer = ANSWER
    output = tocsin("metrics", "2026-Q4", "--group", "service").output
    assert "2026-Q4, 2026-10-01 00:00:00 to 2027-01-01 00:00:00 UTC (2208 hours)" in output
    assert "3 incidents: SEV1 2, none 1" in output
    assert "Left out: 1 drills, 2 merged" in output
    assert "Preliminary: INC-3 open" in output
    assert "No time to acknowledge: 1 nobody took" in output
    detect = next(line for line in output.splitlines() if line.startswith("Time to detect"))
    assert detect.split()[3:] == ["0/3", "—", "—", "—", "—"]
    assert "30 minutes" in output
    assert "none in 2,208 h" in output
    assert "10.0 h" in output
    assert "20.0 h" in output


def test_the_metrics_are_printed_as_json(api: Api) -> None:
    api.answer = ANSWER
    assert '"mtbf_seconds": 36000.0' in tocsin("metrics", "--json").output


def test_the_incidents_behind_the_metrics_are_printed_as_csv(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/metrics/incidents.csv"
        assert dict(request.url.params)["quarter"] == "2026-Q4"
        return httpx.Response(200, text="incident_id,title\nx,A\n")

    http = httpx.Client(base_url="http://tocsin.test", transport=httpx.MockTransport(answer))
    with Remote("http://tocsin.test", "tocsin_key_x", http=http) as remote:
        monkeypatch.setattr(Remote, "from_environment", lambda *_: remote)
        assert tocsin("metrics", "2026-Q4", "--csv").output == "incident_id,title\nx,A\n"
