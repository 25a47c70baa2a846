"""How a person is paged is said, shown and verified from the command line."""

from typing import Any

import pytest

from tests.services.cli.test_configure import DONE, Api, api, tocsin

__all__ = ["api"]

SET = "/v1/responders/ada/notification-rules"
VERIFICATION = "/v1/responders/ada/contact-methods/2/verification"


def test_rules_are_written_as_people_say_them(api: Api) -> None:
    words = ("--high", "2x3/2m", "--high", "1+5m", "--low", "1", "--quiet", "22:00-07:00")
    told = tocsin("responders", "rules", "set", "ada", *words, "--zone", "Europe/Berlin")
    assert told.output == "Set the notification rules of ada. (version 1)\n"
    body = {
        "high": [
            {"contact_method": 2, "repeats": 3, "every_seconds": 120},
            {"contact_method": 1, "after_seconds": 300},
        ],
        "low": [{"contact_method": 1}],
        "quiet_hours": {"begins": "22:00:00", "ends": "07:00:00", "zone": "Europe/Berlin"},
    }
    assert api.asked == [("PUT", SET, body)]


@pytest.mark.parametrize(
    "words", [("--high", "two"), ("--low", "1+x"), ("--high", "1x3"), ("--quiet", "late")]
)
def test_what_is_no_rule_is_refused_before_anything_is_asked(
    api: Api, words: tuple[str, ...]
) -> None:
    assert tocsin("responders", "rules", "set", "ada", *words).exit_code == 2
    assert not api.asked


def test_rules_are_shown_with_what_is_missing(api: Api) -> None:
    rule: dict[str, Any] = {"contact_method": 2, "after_seconds": 60, "repeats": 1}
    api.answer = {
        "contact_methods": [{"channel": "email"}, {"channel": "push"}],
        "notification_rules": {"high": [rule | {"every_seconds": 300}], "low": []},
        "quiet_hours": {"begins": "22:00:00", "ends": "07:00:00", "zone": "UTC"},
        "warnings": ["ada can be paged in one way only."],
    }
    told = tocsin("responders", "rules", "show", "ada").output
    assert "2 (push) after 60 s, 1 more every 300 s" in told
    assert "at once, every contact method that wakes nobody" in told
    assert "22:00 to 07:00, UTC" in told
    assert "one way only" in told


def test_a_code_is_sent_and_then_entered(api: Api) -> None:
    api.answer = {"channel": "sms", "taken": True, "fault": None}
    told = tocsin("responders", "verify", "ada", "2")
    assert "tocsin responders verify ada 2 --code" in told.output
    api.answer = DONE
    told = tocsin("responders", "verify", "ada", "2", "--code", "041 973")
    assert told.output == "Contact method 2 of ada is verified. (version 1)\n"
    assert api.asked == [
        ("POST", VERIFICATION, None),
        ("POST", f"{VERIFICATION}/confirmation", {"code": "041 973"}),
    ]


def test_a_code_that_nobody_took_is_a_failure(api: Api) -> None:
    api.answer = {"channel": "sms", "taken": False, "fault": "DeliveryRefused: not_configured"}
    told = tocsin("responders", "verify", "ada", "2")
    assert told.exit_code == 1
    assert "not_configured" in told.output
