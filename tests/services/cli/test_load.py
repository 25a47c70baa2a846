"""A person's hours are said from the command line, and what on call takes of people is shown."""

from typing import Any

import pytest

from tests.services.cli.test_configure import Api, api, tocsin

__all__ = ["api"]

HOURS = "/v1/responders/ada/hours"
EVEN = {"people": 3, "least": 0, "median": 1, "most": 2, "mean": 1}
ADA = {
    "responder_id": "ada",
    "hours_said": False,
    "interruptions": 4,
    "work": 1,
    "off": 1,
    "sleep": 2,
    "broken_nights": 1,
    "disrupted_hours": 3,
    "messages": 9,
    "on_call_hours": 120.0,
    "per_12_hours": 0.4,
}
SHOP = {
    "schedule_id": "shop",
    "name": "Shop",
    "people": 3,
    "balance": 100,
    "night_balance": 90,
    "weekend_balance": 40,
    "holiday_balance": 100,
    "interruption_balance": 16,
}
ANSWER: dict[str, Any] = {
    "window": {
        "quarter": "2026-Q4",
        "zone": "UTC",
        "from": "2026-10-01T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
    },
    "preliminary": True,
    "people": [ADA],
    "people_counted": 3,
    "without_hours": 2,
    "spread": dict.fromkeys(
        ("interruptions", "out_of_hours", "broken_nights", "on_call_hours"), EVEN
    ),
    "rotations": [SHOP],
    "teams": [],
}


def test_hours_are_said_as_people_say_them(api: Api) -> None:
    words = ("--zone", "Europe/Berlin", "--sleep", "23:00-07:00", "--days", "mon,Wednesday")
    told = tocsin("responders", "hours", "set", "ada", *words)
    assert told.output == "Set the hours of ada. (version 1)\n"
    body = {
        "zone": "Europe/Berlin",
        "work_days": [1, 3],
        "sleep_begins": "23:00:00",
        "sleep_ends": "07:00:00",
    }
    assert api.asked == [("PUT", HOURS, body)]


@pytest.mark.parametrize("words", [("--work", "late"), ("--days", "mon,fun"), ("--sleep", "22-8")])
def test_what_are_no_hours_is_refused_before_anything_is_asked(
    api: Api, words: tuple[str, ...]
) -> None:
    assert tocsin("responders", "hours", "set", "ada", *words).exit_code == 2
    assert not api.asked


def test_hours_that_nobody_has_said_are_shown_as_such(api: Api) -> None:
    api.answer = {"hours": None}
    assert "UTC is taken" in tocsin("responders", "hours", "show", "ada").output
    api.answer = {
        "hours": {
            "zone": "Europe/Berlin",
            "work_days": [1, 2],
            "work_begins": "08:00:00",
            "work_ends": "18:00:00",
            "sleep_begins": "22:00:00",
            "sleep_ends": "08:00:00",
        }
    }
    output = tocsin("responders", "hours", "show", "ada").output
    assert "08:00 to 18:00, mon, tue" in output
    assert "22:00 to 08:00" in output


def test_the_load_of_a_quarter_is_shown_with_whose_clock_it_is_by(api: Api) -> None:
    api.answer = ANSWER
    output = tocsin("load", "2026-Q4").output
    assert "2026-Q4, 2026-10-01 00:00:00 to 2027-01-01 00:00:00 UTC, not over yet" in output
    assert "3 people with any load, 2 by UTC" in output
    assert "ada (UTC)" in output
    assert "120 h" in output
    assert "Broken nights" in output
    assert "Shop" in output


def test_of_two_people_it_is_said_why_no_spread_is_shown(api: Api) -> None:
    api.answer = ANSWER | {"people": [], "spread": dict.fromkeys(ANSWER["spread"])}
    assert "Of fewer than three people no spread is shown" in tocsin("load").output
