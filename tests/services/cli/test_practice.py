"""Findings are shown with what they ask and rest on, and answered, from the command line."""

from typing import Any

from tests.services.cli.test_configure import Api, api, tocsin

__all__ = ["api"]

FOUND: dict[str, Any] = {
    "finding_id": "bus_factor.team.shop.checkout",
    "pattern": "hero_culture",
    "measure": "bus_factor",
    "state": "found",
    "text": "Half of the 12 mitigations in checkout were done by 1. Who else could do that?",
    "about": "checkout",
    "evidence": [{"name": f"INC-{number}"} for number in range(50)],
    "evidence_more": 3,
    "answer": {
        "answered_by": "responder:ana",
        "until": "2027-03-01T00:00:00Z",
        "reason": "Bob learns it.",
    },
}
CALM = FOUND | {"measure": "commands", "state": "ok", "text": "One person commanded 20 %."}
ANSWER = {
    "findings": [FOUND, CALM],
    "fixes": [
        {
            "incident": "INC-7",
            "action_item": "Add a canary stage",
            "service_id": "checkout",
            "category": "deploy",
            "text": "It came again once since it was done, in 40 days.",
            "again": [{"reference": "INC-12"}],
            "again_more": 0,
        }
    ],
}


def test_findings_are_shown_with_what_they_ask_and_rest_on(api: Api) -> None:
    api.answer = ANSWER
    output = tocsin("practice", "--team", "shop").output
    assert "Hero culture: 1 without a finding" in output
    assert "found    bus_factor (checkout): Half of the 12 mitigations" in output
    assert "INC-0, INC-1, INC-2, INC-3, INC-4 and 48 more" in output
    assert "Answered by responder:ana until 2027-03-01" in output
    assert "commanded" not in output
    assert "Does the fix fix?" in output
    assert "INC-7: Add a canary stage (checkout, deploy)" in output
    assert "It came again once since it was done" in output
    assert "INC-12" in output
    assert "commanded" in tocsin("practice", "--all").output


def test_a_team_is_asked_weekly_or_not_any_more(api: Api) -> None:
    told = tocsin("finding", "weekly", "shop")
    assert told.output == "shop is asked from Monday on. (version 1)\n"
    assert tocsin("finding", "weekly", "shop", "--off").exit_code == 0
    path = "/v1/teams/shop/practice/weekly-questions"
    assert api.asked == [("PUT", path, {"weekly": True}), ("PUT", path, {"weekly": False})]


def test_a_finding_is_answered_for_whose_it_is(api: Api) -> None:
    words = ("--reason", "Two people join.", "--until", "2027-03-01T00:00:00Z")
    told = tocsin("finding", "answer", "small_rotation", "--team", "shop", "--about", "x", *words)
    assert told.output == "The finding on small_rotation is answered. (version 1)\n"
    body = {"reason": "Two people join.", "until": "2027-03-01T00:00:00Z", "about": "x"}
    assert api.asked == [("PUT", "/v1/teams/shop/practice/small_rotation/answer", body)]
    both = tocsin("finding", "answer", "actionable", "--team", "a", "--service", "b", *words)
    assert both.exit_code == 2
