"""A correction is published and shown from the command line."""

from typing import Any

from tests.services.cli.test_configure import Api, api, tocsin

__all__ = ["api"]

WRONG: dict[str, Any] = {
    "number": 1,
    "impact": "No checkout",
    "current_actions": "Rolling back",
    "next_update_at": None,
    "text": "Status Update - 14:35 UTC",
    "corrected": None,
}


def test_a_correction_takes_what_is_left_out_from_the_update_that_it_corrects(api: Api) -> None:
    api.answer = {**WRONG, "impact": "The draft", "status_updates": [WRONG]}
    shown = tocsin("update", "INC-7", "--corrects", "1", "--actions", "Rolled back")
    assert shown.exit_code == 0, shown.output
    assert api.asked[-1] == (
        "POST",
        "/v1/incidents/INC-7/status-updates",
        {
            "impact": "No checkout",
            "current_actions": "Rolled back",
            "next_update_at": None,
            "corrects": 1,
        },
    )


def test_a_corrected_update_is_listed_with_the_one_that_takes_its_place(api: Api) -> None:
    newer = {"number": 2, "published_by": "responder:ada", "published_at": "2026-11-23T14:40:00Z"}
    api.answer = {"status_updates": [WRONG | {"corrected": newer}, WRONG | {"number": 2}]}
    shown = " ".join(tocsin("updates", "INC-7").output.split())
    assert "Update 1, corrected at 2026-11-23 14:40:00 UTC by responder:ada: see update 2" in shown
    assert "Update 2 Status Update" in shown
