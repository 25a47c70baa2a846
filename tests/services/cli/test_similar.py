"""What was seen before is read at a terminal, with what is still to be done about it."""

from tests.services.cli.test_configure import DONE, Api, api, tocsin

__all__ = ["api"]

SEEN = {
    "reference": "INC-7",
    "title": "Checkout answers 502",
    "declared_at": "2026-03-02T12:00:00Z",
    "score": 1.31,
    "words": ["pool", "exhaust"],
    "shared": ["service"],
    "repeat": None,
    "declined_as": None,
    "mitigated_by": ["restart: All pods of checkout"],
    "mitigation_summary": "Pods were restarted.",
    "resolution_summary": "The pool is larger.",
    "open_action_items": [
        {
            "reference": "INC-7-A2",
            "text": "Alert on waiting requests",
            "due_on": "2026-03-17",
            "owner": None,
            "team": "payments",
        }
    ],
}


def test_a_similar_incident_says_what_it_rests_on_what_helped_and_what_is_still_open(
    api: Api,
) -> None:
    api.answer = {"incidents": [SEEN]}
    said = tocsin("similar", "INC-9")
    assert said.exit_code == 0, said.output
    for text in (
        "INC-7 Checkout answers 502 (2026-03-02)",
        "Rests on: pool, exhaust, the same service",
        "Helped: restart: All pods of checkout",
        "Resolved by: The pool is larger.",
        "Still open: INC-7-A2 Alert on waiting requests (due 2026-03-17, team payments)",
    ):
        assert text in said.output
    api.answer = {"incidents": []}
    assert "Nothing like it was seen before." in tocsin("similar", "INC-9").output


def test_people_say_whether_it_is_the_same_again(api: Api) -> None:
    api.answer = DONE
    assert "INC-9 is INC-7 again." in tocsin("repeat", "INC-9", "INC-7").output
    assert "INC-9 is not INC-7 again." in tocsin("repeat", "INC-9", "INC-7", "--no").output
    path = "/v1/incidents/INC-9/repeats/INC-7"
    assert api.asked == [("PUT", path, {"confirmed": True}), ("PUT", path, {"confirmed": False})]
