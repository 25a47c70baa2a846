"""A team's rota over HTTP: one answer at every instant, and a past that no edit changes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
SECOND = timedelta(seconds=1)


def written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def alternating(*people: str) -> dict[str, Any]:
    """Return a schedule in which each has a day, from midnight to midnight in UTC."""
    rotation = {
        "slots": [[one] for one in people],
        "first_hand_off": f"{TODAY - timedelta(days=1):%F}",
        "hand_off_at": "00:00",
        "frequency": "daily",
    }
    layer = {"layer_id": "daily", "name": "Daily", "rotation": rotation}
    return {"name": "Checkout", "zone": "UTC", "layers": [layer]}


async def of_their_team(team: Team, schedule: dict[str, Any]) -> dict[str, Any]:
    """Return the schedule as one of a team that both are in: its members stand in for others."""
    members = [{"responder_id": team.ada, "manager": True}, {"responder_id": team.grace}]
    await team.put(f"/v1/teams/{team.service}", {"name": "Checkout", "members": members})
    return schedule | {"team_id": team.service}


async def on_call_at(team: Team, at: datetime, **query: Any) -> list[str]:
    answer = await team.get("/v1/on-call", schedule=team.service, at=written(at), **query)
    [one] = answer["schedules"]
    return [duty["responder_id"] for duty in one["now"]["on_call"]]


async def shifted_at(team: Team, at: datetime, **query: Any) -> list[str]:
    """Return who has the shift that is on then in the final schedule."""
    window = {"from": written(TODAY - timedelta(days=2)), "until": written(TODAY + 4 * DAY)}
    answer = await team.get(f"/v1/schedules/{team.service}/shifts", **window, **query)
    [shift] = [one for one in answer["shifts"] if one["starts_at"] <= written(at) < one["ends_at"]]
    return [duty["responder_id"] for duty in shift["on_call"]]


DAY = timedelta(days=1)


async def test_a_rota_is_one_answer_everywhere_and_its_past_stays(team: Team) -> None:
    schedule = f"/v1/schedules/{team.service}"
    await team.put(schedule, await of_their_team(team, alternating(team.ada, team.ada)))
    starts, ends = TODAY + DAY + timedelta(hours=10), TODAY + DAY + timedelta(hours=11)
    body = {"starts_at": written(starts), "ends_at": written(ends)}
    made = await team.post(
        f"{schedule}/overrides", body | {"off": team.ada, "on": team.grace}, by=team.grace
    )
    assert made.status_code == 201, made.text
    after = made.json()["position"]

    asked = [starts - SECOND, starts, ends - SECOND, ends]
    expected = [[team.ada], [team.grace], [team.grace], [team.ada]]
    assert [await on_call_at(team, at, after_position=after) for at in asked] == expected
    assert [await shifted_at(team, at) for at in asked] == expected

    yesterday = TODAY - timedelta(hours=1)
    assert await on_call_at(team, yesterday) == [team.ada]
    edited = await team.put(schedule, alternating(team.grace, team.grace))
    later = {"after_position": edited["position"]}
    assert await on_call_at(team, yesterday, **later) == [team.ada]
    assert await shifted_at(team, yesterday, **later) == [team.ada]
    assert await on_call_at(team, TODAY + 2 * DAY, **later) == [team.grace]

    assert await on_call_at(team, TODAY + 2 * DAY, as_of=after) == [team.ada]
    assert await shifted_at(team, TODAY + 2 * DAY, as_of=after) == [team.ada]
    then = await team.get(schedule, as_of=after)
    assert then["layers"][0]["rotation"]["slots"] == [[team.ada], [team.ada]]


async def test_the_pager_is_taken_and_a_forgotten_taker_gives_it_back(team: Team) -> None:
    schedule = f"/v1/schedules/{team.service}"
    await team.put(schedule, await of_their_team(team, alternating(team.ada)))
    taken = await team.post(f"{schedule}/take", {"until": written(TODAY + 5 * DAY)}, by=team.grace)
    assert taken.is_success, taken.text
    later = {"after_position": taken.json()["position"]}
    assert await on_call_at(team, TODAY + 2 * DAY, **later) == [team.grace]
    gone = await team.http.request("DELETE", f"/v1/subjects/{team.grace}", json={"reason": "Left."})
    assert gone.is_success, gone.text
    later = {"after_position": gone.json()["position"]}
    assert await on_call_at(team, TODAY + 2 * DAY, **later) == [team.ada]
    story = await team.get(f"{schedule}/overrides", until=written(TODAY + 6 * DAY))
    assert [(one["off"], one["on"]) for one in story["overrides"]] == [(team.ada, team.grace)]
