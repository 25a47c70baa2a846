"""What another policy would have meant is read in one look, with how sure it is."""

from pathlib import Path

from tests.services.cli.test_configure import Api, api, tocsin

__all__ = ["api"]

ANSWER = {
    "starts_at": "2026-07-01T00:00:00Z",
    "ends_at": "2026-10-01T00:00:00Z",
    "counted": 23,
    "cut": True,
    "verdicts": {
        "sooner": {"p10": 7, "median": 9, "p90": 11},
        "later": {"p10": 1, "median": 1, "p90": 1},
        "no_difference": {"p10": 8, "median": 8, "p90": 8},
        "cannot_say": {"p10": 5, "median": 5, "p90": 5},
    },
    "incidents": [
        {
            "reference": "INC-7",
            "took_seconds": 630.0,
            "would_take_seconds": {"p10": 60.0, "median": 90.0, "p90": 240.0},
            "draws": {"sooner": 198, "later": 2, "no_difference": 0, "cannot_say": 0},
        },
        {
            "reference": "INC-8",
            "took_seconds": None,
            "would_take_seconds": None,
            "draws": {"sooner": 0, "later": 0, "no_difference": 0, "cannot_say": 200},
        },
    ],
    "people": [
        {
            "responder_id": "ada",
            "before": {"interruptions": 12, "broken_nights": 3},
            "after": {"interruptions": 4.5, "broken_nights": 1},
        }
    ],
    "assumed": ["It speaks of policies."],
}


def test_the_answer_says_how_many_and_how_sure(api: Api, tmp_path: Path) -> None:
    api.answer = ANSWER
    file = tmp_path / "payments.yaml"
    file.write_text("name: Payments\nlevels: []\n")
    said = tocsin("what-if", "payments", "--file", str(file), "--seed", "7")
    assert said.exit_code == 0, said.output
    [(method, path, body)] = api.asked
    assert (method, path) == ("POST", "/v1/what-if")
    assert body == {
        "escalation_policy_id": "payments",
        "policy": {"name": "Payments", "levels": []},
    }
    for text in (
        "sooner in 9 of 23 (p10 to p90: 7 to 11), later in 1, no difference in 8, cannot say in 5.",
        "There are older ones",
        "10.5 min  1.5 min (1.0 min to 4.0 min)  sooner",
        "—         —                             cannot say",
        "12 → 4.5",
        "It speaks of policies.",
    ):
        assert text in said.output
