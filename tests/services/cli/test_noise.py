"""The noise report is read by whoever tunes monitors: what came to nothing, and what it cost."""

import csv
import io
from typing import Any

from tests.services.cli.test_configure import Api, api, tocsin

__all__ = ["api"]

FIGURES: dict[str, Any] = {
    "incidents": 12,
    "declined": 2,
    "share": 0.167,
    "categories": {"false_alarm": 2},
    "pages": 41,
    "wasted_pages": 6,
    "outcomes": {"worked": 3, "declined": 2, "acknowledged": 4, "untouched": 2, "open": 1},
    "in_vain": 8,
    "pages_in_vain": 30,
    "actionable": 3 / 11,
    "pages_at_night": 12,
    "people_woken": 3,
    "alerts": 19,
    "flapping": 1,
    "minutes_open": 754,
}
LOUD: dict[str, Any] = FIGURES | {
    "key": "prometheus/DiskFull",
    "title": "DiskFull",
    "before": FIGURES | {"in_vain": 2},
    "trend": "more",
}
RARE: dict[str, Any] = FIGURES | {
    "key": "prometheus/=cmd()",
    "title": "=cmd()",
    "outcomes": {"worked": 1, "untouched": 1},
    "in_vain": 1,
    "actionable": 0.5,
    "flapping": 0,
    "minutes_open": 31,
    "before": None,
    "trend": "too_few",
}
ANSWER = {
    "by": "monitor",
    "since": "2026-11-01T00:00:00Z",
    "until": "2026-12-01T00:00:00Z",
    "noise": [LOUD, RARE, LOUD | {"pages_in_vain": 4}, LOUD | {"pages_in_vain": 2}],
}


def test_the_report_says_what_came_to_nothing_and_what_it_was_before(api: Api) -> None:
    api.answer = ANSWER
    shown = tocsin("noise", "--by", "monitor").output
    assert "2026-11-01 00:00:00 to 2026-12-01 00:00:00, by monitor" in shown
    assert "8/12 (2)" in shown
    assert "27%" in shown
    assert "30/41" in shown
    assert "…" not in shown
    assert "(19 alerts," in shown
    assert "flapping)" in shown
    assert "12:34 h" in shown
    assert "would have spared up to 64 of 66 pages in vain" in shown


def test_no_share_is_made_of_a_few_incidents(api: Api) -> None:
    api.answer = ANSWER | {"noise": [RARE]}
    shown = tocsin("noise").output
    assert "1/2" in shown
    assert "%" not in shown
    assert "too few" in shown


def test_a_spreadsheet_gets_the_time_before_beside_each_figure_and_no_formula(api: Api) -> None:
    api.answer = ANSWER
    rows = list(csv.DictReader(io.StringIO(tocsin("noise", "--csv").output)))
    assert rows[0]["in_vain"] == "8"
    assert rows[0]["in_vain_before"] == "2"
    assert rows[1]["title"] == "'=cmd()"
    assert not rows[1]["in_vain_before"]


def test_a_time_that_cannot_be_read_is_refused_before_anything_is_asked(api: Api) -> None:
    assert tocsin("noise", "--until", "tomorrow").exit_code == 2
    assert not api.asked
