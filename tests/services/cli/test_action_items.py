"""Action items are opened and finished at a terminal, by the reference that people say aloud."""

import pytest

from tests.services.cli.test_configure import DONE, Api, api, tocsin

__all__ = ["api"]

ITEMS = "/v1/incidents/INC-7/action-items"
ONE = {
    "action_item_id": "a1",
    "reference": "INC-7-A1",
    "due_on": "2026-12-14",
    "state": "open",
    "priority": "P1",
    "owner": None,
    "team": "payments",
    "text": "Add a canary stage",
}


@pytest.fixture(autouse=True)
def _one_item(api: Api) -> None:
    api.answer = {**DONE, "action_items": [ONE], "next_cursor": None}


def test_an_item_is_opened_and_its_hints_are_shown(api: Api) -> None:
    api.answer = {**DONE, "warnings": ["How will one see that it is finished?"]}
    said = tocsin(
        *("action-item", "open", "INC-7", "Investigate it", "--action", "learn"),
        *("--owner", "ada", "--due", "2027-01-15"),
    )
    assert said.exit_code == 0, said.output
    assert "How will one see" in said.output
    [(method, path, body)] = api.asked
    assert (method, path) == ("POST", ITEMS)
    assert body == {
        "text": "Investigate it",
        "action": "learn",
        "owner": "ada",
        "team": None,
        "priority": "P2",
        "due_on": "2027-01-15",
    }


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("start", "INC-7-A1"), ("POST", "start", None)),
        (("done", "INC-7-A1"), ("POST", "completion", {"evidence_url": None})),
        (("drop", "INC-7-A1", "--reason", "No"), ("POST", "drop", {"reason": "No"})),
        (("reopen", "INC-7-A1", "--reason", "No"), ("POST", "reopening", {"reason": "No"})),
        (
            ("move", "INC-7-A1", "2027-02-01", "--reason", "Late"),
            ("PUT", "due-date", {"due_on": "2027-02-01", "reason": "Late"}),
        ),
    ],
    ids=lambda one: one[0],
)
def test_what_is_said_of_an_item_is_said_by_its_reference(
    api: Api, words: tuple[str, ...], asked: tuple[str, str, object]
) -> None:
    said = tocsin("action-item", *words)
    assert said.exit_code == 0, said.output
    method, what, body = asked
    assert api.asked[-1] == (method, f"{ITEMS}/a1/{what}", body)


@pytest.mark.parametrize("named", ["INC-7-A9", "INC-7", "nonsense"])
def test_an_item_that_is_not_there_is_not_guessed(api: Api, named: str) -> None:
    assert tocsin("action-item", "start", named).exit_code != 0
    assert all(method == "GET" for method, _, _ in api.asked)


def test_the_list_names_a_team_until_somebody_takes_the_item(api: Api) -> None:
    said = tocsin("action-items", "--team", "payments", "--due-before", "2026-12-20")
    assert "INC-7-A1" in said.output
    assert "team payments" in said.output
    assert api.asked == [("GET", "/v1/action-items", None)]
