"""What a person was sent is shown on one line for each message."""

from typing import Any

from tests.services.cli.test_configure import Api, api, tocsin

__all__ = ["api"]

SENT: dict[str, Any] = {
    "kind": "page",
    "responder_id": "ada",
    "channel": "sms",
    "level": 1,
    "round": 1,
    "repeat": 0,
    "state": "sent",
    "attempts": 2,
    "error": None,
    "receipt": None,
    "receipt_error": None,
    "declined_at": None,
    "intended_at": "2026-11-23T03:00:00Z",
    "not_before": None,
    "finished_at": "2026-11-23T03:00:05Z",
}


def test_the_messages_to_a_person_are_shown_with_what_became_of_each(api: Api) -> None:
    waiting = SENT | {"state": "intended", "repeat": 1, "finished_at": None}
    api.answer = {"deliveries": [waiting | {"not_before": "2026-11-23T03:05:00Z"}, SENT]}
    shown = tocsin("deliveries", "--responder", "ada").output
    assert "waits" in shown
    assert "page, level 1, round 1, repeat 1" in shown
    assert "sent" in shown
    assert api.asked == [("GET", "/v1/responders/ada/deliveries", None)]


def test_whose_messages_has_to_be_said(api: Api) -> None:
    assert tocsin("deliveries").exit_code == 2
    assert tocsin("deliveries", "--page", "x", "--responder", "ada").exit_code == 2
    assert not api.asked
