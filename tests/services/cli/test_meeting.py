"""The meeting about a postmortem is scheduled and shown at a terminal."""

import pytest

from tests.services.cli.test_configure import DONE, Api, api, tocsin

__all__ = ["api"]

PATH = "/v1/incidents/INC-7/postmortem/meeting"
AT_TWO = "2026-12-02T14:00:00Z"


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("call-off", "INC-7", "--reason", "Ill"), ("DELETE", "", {"reason": "Ill"})),
        (("attended", "INC-7", "ben"), ("PUT", "/attendance/ben", {"present": True})),
        (("attended", "INC-7", "ben", "--absent"), ("PUT", "/attendance/ben", {"present": False})),
        (("note", "INC-7", "2", "It was"), ("POST", "/notes", {"item": 2, "text": "It was"})),
        (("end", "INC-7"), ("POST", "/end", None)),
        (
            ("rate", "INC-7", "--learned", "--not-again"),
            ("PUT", "/rating", {"learned": True, "would_come_again": False}),
        ),
    ],
    ids=lambda one: one[0],
)
def test_each_step_has_a_command(
    api: Api, words: tuple[str, ...], asked: tuple[str, str, object]
) -> None:
    said = tocsin("meeting", *words)
    assert said.exit_code == 0, said.output
    method, noun, body = asked
    assert api.asked == [(method, f"{PATH}{noun}", body)]


def test_it_is_scheduled_and_a_hint_is_shown(api: Api) -> None:
    api.answer = {**DONE, "warnings": ["ben worked on the incident"]}
    said = tocsin(
        *("meeting", "schedule", "INC-7", AT_TWO, "--place", "Room 4"),
        *("--facilitator", "ben", "--invite", "ada", "--invite", "cem"),
    )
    assert said.exit_code == 0, said.output
    assert "ben worked on the incident" in said.output
    body = {"starts_at": AT_TWO, "place": "Room 4", "facilitator_id": "ben"}
    assert api.asked == [("PUT", PATH, {**body, "invited_ids": ["ada", "cem"]})]


def test_it_is_shown_with_its_agenda_and_its_notes(api: Api) -> None:
    item = {"number": 1, "topic": "Review timeline", "focus": "What happened when", "minutes": 10}
    api.answer = {
        "starts_at": AT_TWO,
        "place": None,
        "facilitator_id": "ben",
        "invited_ids": ["ada", "ben"],
        "attendee_ids": ["ada"],
        "called_off": False,
        "ended_at": AT_TWO,
        "ratings": {"answers": 6, "learned": 4, "would_come_again": 5},
        "agenda": [{**item, "starts_at": AT_TWO, "ends_at": "2026-12-02T14:10:00Z"}],
        "notes": [{"item": 1, "text": "The alert came late"}],
    }
    said = tocsin("meeting", "show", "INC-7")
    assert said.exit_code == 0, said.output
    for words in ("ada, ben", "Review timeline", "The alert came late", "of 6, 4 learned"):
        assert words in said.output


def test_it_is_shown_who_is_invited_unless_people_are_named(api: Api) -> None:
    api.answer = {
        "invitees": [{"responder_id": "ada", "parts": ["role", "owner"], "has_email": False}]
    }
    said = tocsin("meeting", "invitees", "INC-7")
    assert said.exit_code == 0, said.output
    assert api.asked == [("GET", f"{PATH}/invitees", None)]
    assert "role, owner" in said.output


def test_too_few_answers_are_not_shown(api: Api) -> None:
    api.answer = {
        "starts_at": AT_TWO,
        "place": None,
        "facilitator_id": None,
        "invited_ids": [],
        "attendee_ids": [],
        "called_off": False,
        "ended_at": AT_TWO,
        "ratings": None,
        "agenda": [],
        "notes": [],
    }
    assert "too few have said" in tocsin("meeting", "show", "INC-7").output
