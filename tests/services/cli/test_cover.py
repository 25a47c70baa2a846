"""Cover from the command line: asked for, swapped, taken, declined, withdrawn and listed."""

from typing import Any

import pytest

from tests.services.cli.test_on_call import Api, api, tocsin

__all__ = ["api"]

REQUESTS = "/v1/schedules/payments/cover-requests"
ASK = ("cover", "ask", "payments", "--from", "2026-12-03 09:00", "--until", "2026-12-04 09:00")
ADAS = {"starts_at": "2026-12-03T08:00:00Z", "ends_at": "2026-12-04T08:00:00Z"}
BENS = {"starts_at": "2026-12-04T08:00:00Z", "ends_at": "2026-12-05T08:00:00Z"}
RETURN = ("--return-from", "2026-12-04 09:00", "--return-until", "2026-12-05 09:00")


def asked_of(api: Api) -> Any:
    [(method, path, body)] = api.asked
    assert (method, path) == ("POST", REQUESTS)
    return body


def test_the_whole_team_is_asked_where_nobody_is_named(api: Api) -> None:
    told = tocsin(*ASK, "--reason", "Dentist")
    assert told.output == "Asked for cover: request 7. (version 2)\n"
    nobody: dict[str, Any] = {"asked_ids": [], "reason": "Dentist", "responder_id": None}
    assert asked_of(api) == ADAS | nobody


def test_a_manager_asks_certain_people_for_somebody(api: Api) -> None:
    tocsin(*ASK, "--of", "ben", "--of", "cem", "--shift-of", "ada")
    body = asked_of(api)
    assert (body["asked_ids"], body["responder_id"]) == (["ben", "cem"], "ada")


def test_a_swap_says_what_is_taken_in_return_in_the_schedules_zone(api: Api) -> None:
    assert tocsin(*ASK, *RETURN, "--of", "ben").exit_code == 0
    assert asked_of(api)["in_return"] == BENS


@pytest.mark.parametrize(
    ("wrong", "saying"),
    [
        (RETURN[:2], "needs both --return-from and --return-until"),
        (RETURN[2:], "needs both --return-from and --return-until"),
        ((*RETURN[:2], "--return-until", ""), "no time"),
        ((*RETURN[:2], "--return-until", "later"), "no time"),
    ],
)
def test_half_a_swap_is_refused_before_anybody_is_asked(
    api: Api, wrong: tuple[str, ...], saying: str
) -> None:
    told = tocsin(*ASK, *wrong)
    assert told.exit_code == 2
    assert saying in " ".join(told.output.replace("│", " ").split())
    assert not api.asked


def test_a_part_of_the_shift_is_accepted(api: Api) -> None:
    told = tocsin("cover", "accept", "payments", "7", "--from", "2026-12-03 13:00")
    assert told.output == "You are on call for it. (version 2)\n"
    part = {"starts_at": "2026-12-03T12:00:00Z", "ends_at": None}
    assert api.asked == [("POST", f"{REQUESTS}/7/acceptance", part)]


@pytest.mark.parametrize("side", ["--from", "--until"])
def test_a_part_without_a_time_is_not_taken_for_the_whole_shift(api: Api, side: str) -> None:
    assert tocsin("cover", "accept", "payments", "7", side, "").exit_code == 2
    assert not api.asked


def test_a_request_is_declined(api: Api) -> None:
    told = tocsin("cover", "decline", "payments", "7")
    assert told.output == "Declined request 7. (version 2)\n"
    [(method, path, _)] = api.asked
    assert (method, path) == ("POST", f"{REQUESTS}/7/refusal")


def test_a_request_is_withdrawn(api: Api) -> None:
    told = tocsin("cover", "withdraw", "payments", "7")
    assert told.output == "Withdrew request 7. (version 2)\n"
    assert api.asked == [("DELETE", f"{REQUESTS}/7", None)]


@pytest.mark.parametrize("verb", ["accept", "decline", "withdraw"])
def test_a_request_is_named_by_its_number(api: Api, verb: str) -> None:
    assert tocsin("cover", verb, "payments", "seven").exit_code == 2
    assert not api.asked


def test_requests_are_listed_with_whom_they_ask_and_what_is_taken(api: Api) -> None:
    request = ADAS | {"number": 7, "status": "open", "responder_id": "ada"}
    part = {"responder_id": "ben", "starts_at": "2026-12-03T12:00:00Z", "ends_at": ADAS["ends_at"]}
    api.lists[REQUESTS] = {
        "cover_requests": [
            request | {"asked_ids": ["ben", "cem"], "taken": [part]},
            request | {"number": 6, "asked_ids": [], "taken": []},
        ]
    }
    told = " ".join(tocsin("cover", "list", "payments").output.split())
    assert "ben, cem" in told
    assert "Thu 03 Dec 13:00" in told  # 12:00 in UTC
    assert "the team" in told
