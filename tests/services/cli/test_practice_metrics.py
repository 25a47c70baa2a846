"""Alert quality and how responses kept to the practice are shown from the command line."""

from typing import Any

from tests.services.cli.test_configure import Api, api, tocsin

__all__ = ["api"]

RULE: dict[str, Any] = {
    "integration_id": "prometheus",
    "title": "Disk is filling up",
    "incidents": 12,
    "outcomes": {"acknowledged": 12},
    "actionable": None,
    "openings": 40,
    "flapping": 3,
    "interruptions": 20,
    "wasted": 18,
}
PHASE = {
    "reached": 3,
    "median_seconds": 90.0,
    "max_seconds": None,
    "with_deadline": 0,
    "in_time": 0,
}
RESPONSES = {
    "incidents": 4,
    "phases": {"triage": PHASE, "response": PHASE | {"with_deadline": 4, "in_time": 3}},
    "status_updates": {"kept": 5, "late": 2, "missed": 1},
    "roles_unfilled": {"commander": 1},
    "items_left": 2,
    "incidents_with_items_left": 1,
    "pages": 9,
    "escalated": 2,
    "deliveries_failed": 1,
    "paging_degraded": 0,
}


def test_the_loudest_rules_are_shown_with_what_tuning_would_spare(api: Api) -> None:
    api.answer = {"rules": [RULE], "rules_left_out": 2, "sentence": "Tuning this one would help."}
    output = tocsin("alert-quality", "2026-Q4", "--limit", "1").output
    assert "Disk is filling up" in output
    assert "And 2 more." in output
    assert "Tuning this one would help." in output
    api.answer = {"rules": [], "rules_left_out": 0, "sentence": None}
    assert "No rule interrupted anybody in vain." in tocsin("alert-quality").output


def test_responses_are_shown_with_deadlines_updates_and_pages(api: Api) -> None:
    api.answer = RESPONSES
    output = tocsin("responses", "2026-Q4").output
    assert "3 of 4" in output
    assert "1 minute 30 seconds" in output
    assert "Status updates: 5 of 8 by when they were promised, 2 late, 1 missed" in output
    assert "commander 1" in output
    assert "2 beyond the first level, 1 messages failed" in output
