"""Somebody is away while on call: it is said where a schedule is changed, and nobody vanishes."""

from datetime import UTC, datetime, timedelta

import pytest

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.journeys.team import Team
from tests.journeys.test_hand_off import daily
from tests.services.api.calendars.test_reading import calendar

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_whoever_is_on_call_while_away_is_named_and_stays_on_call(team: Team) -> None:
    schedule = f"/v1/schedules/{team.service}"
    await team.put(schedule, daily(team, team.ada, team.grace))
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    away = {
        "starts_at": tomorrow.isoformat(),
        "ends_at": (tomorrow + timedelta(days=2)).isoformat(),
    }
    path = f"/v1/responders/{team.ada}/absences"
    entered = await team.post(path, away, by=team.ada)
    assert entered.status_code == 201, entered.text
    position = entered.json()["position"]
    [listed] = (await team.get(path, after_position=position))["absences"]
    assert listed["calendar"] is None

    found = await team.get(f"{schedule}/warnings", after_position=position)
    absent = [one for one in found["conflicts"] if one["kind"] == "absent"]
    assert {one["responder_id"] for one in absent} == {team.ada}
    again = daily(team, team.ada, team.grace) | {"name": "Again"}
    answer = (await team.http.put(schedule, json=again)).json()
    assert any(f"{team.ada} is on call from" in one for one in answer["warnings"])
    at = (tomorrow + timedelta(hours=1)).isoformat()
    [shown] = (await team.get("/v1/on-call", schedule=team.service, at=at))["schedules"]
    assert shown["now"]["on_call"], "an absence takes nobody off"

    removed = await team.http.delete(f"{path}/{listed['absence_id']}")
    assert removed.status_code == 200
    assert (await team.http.delete(f"{path}/{listed['absence_id']}")).status_code == 404


async def test_a_calendar_is_taken_over_and_a_hostile_one_changes_nothing(
    team: Team, system: Stack
) -> None:
    path = f"/v1/responders/{team.grace}"
    day = f"{datetime.now(UTC) + timedelta(days=7):%Y%m%d}"
    content = calendar(f"DTSTART;VALUE=DATE:{day}", "DTSTART:20200101T000000Z")
    url = f"{path}/absence-calendars/own"
    taken = await team.http.put(url, json={"content": content, "zone": "Asia/Taipei"})
    assert taken.status_code == 200, taken.text
    after = {"after_position": taken.json()["position"]}
    [one] = (await team.get(f"{path}/absences", **after))["absences"]
    assert (one["calendar"], one["starts_at"][11:16]) == ("own", "16:00")
    again = await team.http.put(url, json={"content": content, "zone": "Asia/Taipei"})
    assert again.json()["version"] == taken.json()["version"]

    hostile = calendar("DTSTART:20260101T000000Z\r\nRRULE:FREQ=SECONDLY")
    refused = await team.http.put(url, json={"content": hostile})
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["field"] == "body.content"
    huge = await team.http.put(url, json={"content": "x" * 50_000_000})
    assert huge.status_code == 413
    nowhere = await team.http.put(url, json={"content": content, "zone": "Mars/Olympus"})
    assert nowhere.status_code == 422
    assert len((await team.get(f"{path}/absences", **after))["absences"]) == 1

    forgotten = await team.http.request(
        "DELETE", f"/v1/subjects/{team.grace}", json={"reason": "Left"}
    )
    assert forgotten.status_code == 200

    async def gone() -> bool:
        return not (await team.get(f"{path}/absences"))["absences"]

    await eventually("a forgotten person's absences are gone", gone)
    assert (await team.http.put(url, json={"content": content})).status_code == 404


async def test_a_manager_says_it_for_the_team_and_nobody_else_does(team: Team) -> None:
    members = [{"responder_id": team.grace, "manager": True}, {"responder_id": team.ada}]
    await team.put(f"/v1/teams/{team.service}", {"name": "Payments", "members": members})
    begins = datetime.now(UTC) + timedelta(days=3)
    away = {
        "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(days=1)).isoformat(),
    }
    keys = {}
    for who in (team.grace, team.ada):
        wish = {"name": who, "scopes": ["responder"], "responder_id": who}
        keys[who] = (await team.post("/v1/api-keys", wish)).json()["key"]

    async def said(of: str, by: str) -> int:
        headers = {"authorization": f"Bearer {keys[by]}"}
        path = f"/v1/responders/{of}/absences"
        return (await team.http.post(path, json=away, headers=headers)).status_code

    async def by_the_manager() -> bool:
        return await said(team.ada, team.grace) == 201

    await eventually("the manager may say it", by_the_manager)
    assert await said(team.grace, team.ada) == 403
