"""A calendar is read with its secret address alone, and ends with the rights behind it."""

from datetime import timedelta
from typing import Any

import pytest
import recurring_ical_events  # type: ignore[import-untyped]
from icalendar import Calendar

from tests.eventually import eventually
from tests.services.api.on_call.rotas import NOW, Rota, projecting, team

__all__ = ["projecting", "team"]
pytestmark = pytest.mark.stack


async def issued(team: Rota, *, by: str = "ada", **what: str) -> Any:
    answer = await team.post("/v1/feeds", what or {"schedule_id": team.schedule}, by=by)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def entries(team: Rota, path: str) -> list[tuple[str, str]]:
    """Return what another program reads of the next three days."""

    async def read() -> Any:
        answer = await team.http.get(path)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        calendar = recurring_ical_events.of(Calendar.from_ical(answer.content))
        return calendar.between(NOW, NOW + timedelta(days=3)) or None

    found = await eventually("the calendar has entries", read)
    ordered = sorted(found, key=lambda event: event["DTSTART"].dt)
    return [(str(one["SUMMARY"]), one["DTSTART"].dt.isoformat()) for one in ordered]


async def test_a_schedule_is_read_by_a_calendar_without_a_key(team: Rota) -> None:
    feed = await issued(team)
    assert await entries(team, feed["path"]) == [
        ("ben is on call: Payments", "2026-12-01T08:00:00+00:00"),
        ("cem is on call: Payments", "2026-12-02T08:00:00+00:00"),
        ("ada is on call: Payments", "2026-12-03T08:00:00+00:00"),
    ]


async def test_a_person_has_a_calendar_of_their_own_turns(team: Rota) -> None:
    feed = await issued(team, responder_id="ada")
    assert await entries(team, feed["path"]) == [
        ("ada is on call: Payments", "2026-12-03T08:00:00+00:00")
    ]


async def test_its_address_is_shown_once_and_never_listed(team: Rota) -> None:
    feed = await issued(team)
    listed = await team.read("/v1/feeds")
    [row] = [one for one in listed.json()["feeds"] if one["feed_id"] == feed["feed_id"]]
    assert row["schedule_id"] == team.schedule
    secret = feed["key"].split("_")[3]
    assert secret not in listed.text
    assert "secret_hash" not in listed.text


async def test_a_wrong_address_is_not_repeated_in_the_answer(team: Rota) -> None:
    feed = await issued(team)
    wrong = feed["path"].replace(".ics", "x.ics")
    answer = await team.http.get(wrong)
    assert (answer.status_code, answer.json()["code"]) == (404, "feed-not-found")
    assert feed["key"] not in answer.text
    assert (await team.http.get("/v1/feeds/on-call/nothing.ics")).status_code == 404


async def test_a_revoked_calendar_is_gone_at_once(team: Rota) -> None:
    feed = await issued(team)
    path = f"/v1/feeds/{feed['feed_id']}"
    other = await team.delete(path, by="ben")
    assert (other.status_code, other.json()["code"]) == (403, "feed-of-another")
    assert (await team.http.get(feed["path"])).status_code == 200
    assert (await team.delete(path, by="ada")).status_code == 200
    assert (await team.http.get(feed["path"])).status_code == 404


async def test_a_calendar_ends_with_the_key_it_was_issued_with(team: Rota) -> None:
    made = await team.post("/v1/api-keys", {"name": "k", "scopes": ["responder"]}, by="admin")
    team.headers["key"] = {"Authorization": f"Bearer {made.json()['key']}"}
    feed = await issued(team, by="key")
    assert (await team.http.get(feed["path"])).status_code == 200
    revoked = await team.delete(f"/v1/api-keys/{made.json()['api_key_id']}", by="admin")
    assert revoked.status_code == 200
    assert (await team.http.get(feed["path"])).status_code == 404


async def test_a_calendar_ends_with_the_person_it_shows_and_the_one_who_issued_it(
    team: Rota,
) -> None:
    shows_cem = await issued(team, responder_id="cem")
    issued_by_cem = await issued(team, by="cem")
    forgotten = await team.http.request(
        "DELETE", "/v1/subjects/cem", json={"reason": "left"}, headers=team.headers["admin"]
    )
    assert forgotten.is_success
    answers = [await team.http.get(feed["path"]) for feed in (shows_cem, issued_by_cem)]
    assert [answer.status_code for answer in answers] == [404, 404]


async def test_a_calendar_ends_with_its_schedule(team: Rota) -> None:
    feed = await issued(team)
    await entries(team, feed["path"])
    await team.end()
    assert (await team.read("/v1/feeds")).status_code == 200  # the projections have seen it

    async def gone() -> bool:
        return (await team.http.get(feed["path"])).status_code == 404

    assert await eventually("the calendar is gone", gone)


async def test_a_calendar_is_of_one_thing_that_there_is(team: Rota) -> None:
    both = {"schedule_id": team.schedule, "responder_id": "ada"}
    assert (await team.post("/v1/feeds", both, by="ada")).json()["code"] == "feed-of-nothing"
    assert (await team.post("/v1/feeds", {}, by="ada")).status_code == 422
    unknown = await team.post("/v1/feeds", {"schedule_id": "nowhere"}, by="ada")
    assert unknown.json()["errors"][0]["field"] == "body.schedule_id"
    assert (await team.post("/v1/feeds", {"responder_id": "ada"}, by="observer")).status_code == 403
