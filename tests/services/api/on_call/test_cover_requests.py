"""Cover is asked for, taken, declined and withdrawn over HTTP, each by whoever may."""

from typing import Any

import pytest

from tests.services.api.on_call.rotas import Rota, projecting, team

__all__ = ["projecting", "team"]
pytestmark = pytest.mark.stack

# Ada's day begins on Thursday at nine in Berlin.
ADAS = {"starts_at": "2026-12-03T08:00:00Z", "ends_at": "2026-12-04T08:00:00Z"}
BENS = {"starts_at": "2026-12-04T08:00:00Z", "ends_at": "2026-12-05T08:00:00Z"}


async def asked(team: Rota, **more: Any) -> int:
    answer = await team.post("cover-requests", {**ADAS, **more}, by="ada")
    assert answer.status_code == 200, answer.text
    number: int = answer.json()["number"]
    return number


async def shown(team: Rota, number: int) -> Any:
    listed = (await team.read("cover-requests")).json()["cover_requests"]
    return next(one for one in listed if one["number"] == number)


async def on_call(team: Rota) -> list[tuple[str, str]]:
    """Return who is on call in Ada's day, and from when."""
    answer = await team.read(
        "coverage", **{"from": ADAS["starts_at"], "until": ADAS["ends_at"], "turns": "true"}
    )
    return [(turn["responder_id"], turn["starts_at"]) for turn in answer.json()["turns"]]


async def test_a_part_is_taken_and_the_rest_stays_open(team: Rota) -> None:
    number = await asked(team, reason="dentist")
    part = {"starts_at": "2026-12-03T12:00:00Z", "ends_at": "2026-12-03T16:00:00Z"}
    taken = await team.post(f"cover-requests/{number}/acceptance", part, by="ben")
    assert taken.status_code == 200, taken.text
    assert await on_call(team) == [
        ("ada", "2026-12-03T08:00:00Z"),
        ("ben", "2026-12-03T12:00:00Z"),
        ("ada", "2026-12-03T16:00:00Z"),
    ]
    request = await shown(team, number)
    assert (request["status"], request["reason"]) == ("open", "dentist")
    assert request["taken"] == [{"responder_id": "ben", **part}]


async def test_a_swap_changes_two_shifts_at_once(team: Rota) -> None:
    number = await asked(team, asked_ids=["ben"], in_return=BENS)
    await team.post(f"cover-requests/{number}/acceptance", {}, by="ben")
    answer = await team.read(
        "coverage", **{"from": ADAS["starts_at"], "until": BENS["ends_at"], "turns": "true"}
    )
    assert [turn["responder_id"] for turn in answer.json()["turns"]] == ["ben", "ada"]
    assert (await shown(team, number))["status"] == "accepted"


async def test_nobody_takes_what_they_were_not_asked_for_nor_their_own(team: Rota) -> None:
    number = await asked(team, asked_ids=["ben"])
    own = await team.post(f"cover-requests/{number}/acceptance", {}, by="ada")
    other = await team.post(f"cover-requests/{number}/acceptance", {}, by="cem")
    nobody = await team.post(f"cover-requests/{number}/acceptance", {}, by="machine")
    assert [one.status_code for one in (own, other, nobody)] == [403, 403, 403]
    assert [one.json()["code"] for one in (own, other, nobody)] == [
        "cover-not-asked",
        "cover-not-asked",
        "person-missing",
    ]


async def test_only_who_is_on_the_shift_or_a_manager_asks_and_withdraws(team: Rota) -> None:
    for_ada = {**ADAS, "responder_id": "ada"}
    refused = await team.post("cover-requests", for_ada, by="ben")
    assert (refused.status_code, refused.json()["code"]) == (403, "shift-of-another")
    by_manager = await team.post("cover-requests", for_ada, by="dan")
    assert by_manager.status_code == 200, by_manager.text
    number = by_manager.json()["number"]
    assert (await team.delete(f"cover-requests/{number}", by="cem")).status_code == 403
    assert (await team.delete(f"cover-requests/{number}", by="ada")).status_code == 200
    assert (await shown(team, number))["status"] == "withdrawn"
    late = await team.post(f"cover-requests/{number}/acceptance", {}, by="ben")
    assert (late.status_code, late.json()["code"]) == (409, "cover-over")


async def test_everybody_who_was_asked_may_decline(team: Rota) -> None:
    number = await asked(team, asked_ids=["ben", "cem"])
    for who in ("ben", "cem"):
        assert (await team.post(f"cover-requests/{number}/refusal", by=who)).status_code == 200
    request = await shown(team, number)
    assert (request["status"], request["declined_ids"]) == ("declined", ["ben", "cem"])


async def test_a_repeated_request_is_one_request(team: Rota) -> None:
    headers = {**team.headers["ada"], "idempotency-key": "the-same"}
    path = f"/v1/schedules/{team.schedule}/cover-requests"
    first, again = [await team.http.post(path, json=ADAS, headers=headers) for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_at": "2026-11-30T08:00:00Z"}, "starts_at"),
        ({"ends_at": "2026-12-03T08:00:00Z"}, "ends_at"),
        ({"asked_ids": ["ada"]}, "asked_ids"),
        ({"starts_at": BENS["starts_at"], "ends_at": BENS["ends_at"]}, "starts_at"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_its_field(
    team: Rota, wrong: dict[str, Any], field: str
) -> None:
    answer = await team.post("cover-requests", {**ADAS, **wrong}, by="ada")
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_people_and_schedules_that_nobody_knows_are_refused(team: Rota) -> None:
    unknown = await team.post("cover-requests", {**ADAS, "asked_ids": ["nobody"]}, by="ada")
    assert unknown.json()["errors"] == [
        {"field": "body.asked_ids.0", "reason": "No such responder: nobody."}
    ]
    elsewhere = "/v1/schedules/nowhere/cover-requests"
    assert (await team.post(elsewhere, ADAS, by="ada")).status_code == 404
    assert (await team.read(elsewhere)).status_code == 404
    assert (await team.post("cover-requests/7/acceptance", {}, by="ben")).status_code == 404
    assert (await team.post("cover-requests", ADAS, by="observer")).status_code == 403


async def test_a_hand_over_note_is_on_the_shift_it_is_about(team: Rota) -> None:
    text = {"text": "The certificate ends on **Friday**."}
    left = await team.post("hand-over-notes", text, by="cem")
    assert (left.status_code, left.json()["code"]) == (422, "no-shift-to-hand-over")
    left = await team.post("hand-over-notes", text, by="ada")
    assert left.status_code == 200, left.text
    [note] = (await team.read("hand-over-notes")).json()["hand_over_notes"]
    assert (note["responder_id"], note["text"]) == ("ada", text["text"])
    assert note["shift_ends_at"] == "2026-12-01T08:00:00Z"
    on_it = await team.read("hand-over-notes", shift_at="2026-11-30T12:00:00Z")
    after = await team.read("hand-over-notes", shift_at="2026-12-01T12:00:00Z")
    assert [len(one.json()["hand_over_notes"]) for one in (on_it, after)] == [1, 0]
    assert (await team.post("hand-over-notes", {"text": ""}, by="ada")).status_code == 422
