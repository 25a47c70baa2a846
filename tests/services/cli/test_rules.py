"""Routing rules are set from a file and tried on a message at a terminal."""

from pathlib import Path
from typing import Any

import pytest

from tests.services.cli.test_configure import Api, api, tocsin

__all__ = ["api"]

RULES = "rules:\n- name: disks\n  outcome: {severity: SEV2}\n"
READ = [{"name": "disks", "outcome": {"severity": "SEV2"}}]
STEP = {"routing_rules_id": "organisation", "number": 3}
ALERT: dict[str, Any] = {
    "name": "Disk full",
    "dedup_key": "disk",
    "firing": True,
    "steps": [
        STEP
        | {
            "rule": "staging",
            "matches": False,
            "ends": False,
            "checks": [{"asks": "labels.env equals staging", "found": "prod", "holds": False}],
        },
        STEP | {"rule": "disks", "matches": True, "ends": True, "checks": []},
    ],
    "title": "Disk full",
    "severity": "SEV2",
    "service_id": "storage",
    "escalation_policy_id": None,
    "group_key": "disks: labels.host=db-1 #0",
    "window_seconds": 3600,
    "rolling": False,
    "joins": None,
    "typed": None,
    "ticket_only": False,
    "held_back": None,
    "applied": [],
}
TRIED: dict[str, Any] = {
    "outcome": "opened",
    "reason": "Alerts fire, and no incident of their group was open.",
    "tried": [ALERT, ALERT | {"name": "CPU", "firing": False, "steps": []}],
    "alerts_in_message": 5,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "rules.yaml"
    made.write_text(RULES)
    return made


def test_a_list_is_replaced_by_what_a_file_says(api: Api, file: Path) -> None:
    told = tocsin("rules", "set", "team.payments", "--file", str(file))
    assert told.output == "Set list of routing rules team.payments. (version 1)\n"
    assert api.asked == [("PUT", "/v1/routing-rules/team.payments", {"rules": READ})]


def test_a_list_is_never_emptied_for_want_of_a_file(api: Api, tmp_path: Path) -> None:
    assert tocsin("rules", "set", "organisation").exit_code == 2
    other = tmp_path / "other.yaml"
    other.write_text("name: checkout\n")
    assert tocsin("rules", "set", "organisation", "--file", str(other)).exit_code == 2
    assert not api.asked


def test_lists_are_shown_with_their_rules_in_order(api: Api) -> None:
    api.answer = {
        "routing_rules": [
            {"routing_rules_id": "organisation", "version": 3, "rules": [*READ, {"name": "rest"}]}
        ]
    }
    assert "disks, rest" in tocsin("rules", "list").output


def test_a_body_is_tried_with_rules_that_are_not_set_yet(api: Api, file: Path) -> None:
    api.answer = TRIED
    body = file.with_name("body.json")
    body.write_text("{}")
    words = ("--integration", "prometheus", "--source", "alertmanager", "--body", str(body))
    told = tocsin("rules", "test", *words, "--draft", "organisation", str(file)).output
    assert "staging: does not match" in told
    assert "labels.env equals staging: no (prod)" in told
    assert "disks: matches, ends here" in told
    assert "is over: no rule is asked" in told
    assert "3 more alerts are not shown" in told
    message = {"integration_id": "prometheus", "source": "alertmanager", "body": "{}"}
    draft = {"routing_rules_id": "organisation", "rules": READ}
    assert api.asked == [("POST", "/v1/routing-rules/test", {"message": message, "draft": draft})]


def test_a_message_that_came_is_tried_by_its_arrival(api: Api) -> None:
    api.answer = TRIED
    tocsin("rules", "test", "--arrival", "x")
    assert api.asked == [("POST", "/v1/routing-rules/test", {"arrival_id": "x"})]
    assert tocsin("rules", "test", "--integration", "prometheus").exit_code == 2


HOLD: dict[str, Any] = {
    "reason": "suppressed",
    "by": "staging",
    "owner": "organisation",
    "since": "2026-11-29T09:00:00Z",
    "until": None,
}


def test_a_trial_says_that_an_alert_would_be_held_back_and_by_which_rule(api: Api) -> None:
    api.answer = TRIED | {"tried": [ALERT | {"held_back": HOLD}]}
    said = tocsin("rules", "test", "--arrival", "x").output
    assert "Held back: suppressed, by staging (organisation)" in said


def test_alerts_that_are_held_back_are_listed_with_their_rule(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    alert = {"alert_id": "0199-a1", "title": "Disk full", "dedup_key": "disk", "hold": HOLD}
    api.answer = {"alerts": [alert], "next_cursor": None}
    said = tocsin("alerts", "held", "--reason", "suppressed").output
    assert "Disk full" in said
    assert "staging (organisation)" in said
    assert "its next message" in said
    assert "0199-a1" in said
    assert api.asked == [("GET", "/v1/held-alerts", None)]


def test_an_alert_is_let_through_by_its_id(api: Api) -> None:
    assert "Released alert 0199-a1." in tocsin("alerts", "release", "0199-a1").output
    assert api.asked == [("POST", "/v1/alerts/0199-a1/release", None)]


def test_it_is_said_why_an_incident_is_still_open(api: Api) -> None:
    firing = {"started_at": "2026-11-29T09:00:00Z", "title": "Disk full", "dedup_key": "disk"}
    api.answer = {"reasons": ["One of its alerts fires."], "firing": [firing]}
    said = tocsin("alerts", "why", "INC-1042").output
    assert "One of its alerts fires." in said
    assert "Disk full" in said
    assert api.asked == [("GET", "/v1/incidents/INC-1042/still-open", None)]
