"""Schedules over HTTP: set, overridden, taken, ended; who is on call is told alike everywhere."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response

from activities.on_call.rota_now import rota_now
from events.configuration.api_key import ApiScope
from events.ids import ResponderId, ScheduleId
from events.log.postgres import PostgresLog
from events.on_call.who import on_call
from tests.services.api.key_holders import holder_of
from tests.services.api.test_configuration import ADA
from tests.services.api.test_configuration_reads import admin, projecting

__all__ = ["admin", "projecting"]
pytestmark = pytest.mark.stack

# Midnight of today, so that hours of tomorrow and after are to come whenever this runs.
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
DAYS = [(TODAY + timedelta(days=number)) for number in range(40)]


def daily(*people: str, **more: object) -> dict[str, Any]:
    """Return a schedule in which each has a day, from yesterday's midnight in UTC on."""
    rotation = {
        "slots": [[one] for one in people],
        "first_hand_off": f"{TODAY - timedelta(days=1):%F}",
        "hand_off_at": "00:00",
        "frequency": "daily",
    }
    layer = {"layer_id": "daily", "name": "Daily", "rotation": rotation, **more}
    return {"name": "Payments", "zone": "UTC", "layers": [layer]}


def written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return DAYS[day].replace(hour=hour, minute=minute, second=second)


async def people(admin: AsyncClient, *names: str) -> None:
    for one in names:
        await admin.put(f"/v1/responders/{one}", json=ADA | {"name": one.title()})


async def set_up(admin: AsyncClient, *names: str, **more: object) -> None:
    """Have a schedule in which these have a day each."""
    await people(admin, *names, "cem")
    answer = await admin.put("/v1/schedules/payments", json=daily(*names, **more))
    assert answer.status_code == 200, answer.text


async def override(admin: AsyncClient, **body: Any) -> Response:
    times = {name: written(value) for name, value in body.items() if isinstance(value, datetime)}
    return await admin.post("/v1/schedules/payments/overrides", json=body | times)


def after(answer: Response) -> dict[str, str]:
    return {"after_position": answer.headers["Tocsin-Position"]}


async def on_call_at(admin: AsyncClient, when: datetime, **query: str) -> list[str]:
    answer = await admin.get("/v1/on-call", params={"at": written(when), **query})
    assert answer.status_code == 200, answer.text
    return [
        duty["responder_id"] for one in answer.json()["schedules"] for duty in one["now"]["on_call"]
    ]


async def shifts(admin: AsyncClient, begin: datetime, end: datetime, **query: str) -> list[Any]:
    window = {"from": written(begin), "until": written(end), **query}
    answer = await admin.get("/v1/schedules/payments/shifts", params=window)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["shifts"]
    return found


async def test_a_schedule_is_set_and_read_back(admin: AsyncClient) -> None:
    await people(admin, "ada", "ben")
    windows = [{"weekdays": [1, 2, 3, 4, 5], "starts": "08:00", "ends": "18:00"}]
    body = daily("ada", "ben", windows=windows) | {"holidays": {"country": "DE", "region": "BY"}}
    answer = await admin.put("/v1/schedules/payments", json=body)
    (unproven,) = answer.json()["warnings"]
    assert unproven.startswith("No contact method is verified of ada and ben")
    shown = await admin.get("/v1/schedules/payments", params=after(answer))
    layer = shown.json()["layers"][0]
    assert (layer["rotation"]["slots"], layer["windows"][0]["starts"]) == (
        [["ada"], ["ben"]],
        "08:00:00",
    )
    assert shown.json()["holidays"] == {"country": "DE", "region": "BY", "dates": []}
    (listed,) = (await admin.get("/v1/schedules")).json()["schedules"]
    assert listed == shown.json()
    again = {name: shown.json()[name] for name in ("name", "zone", "layers", "holidays")}
    same = await admin.put("/v1/schedules/payments", json=again)
    assert same.json()["version"] == answer.json()["version"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"layers": [daily("nobody-here")["layers"][0]]}, "layers.0.rotation.slots.0.0"),
        ({"holidays": {"country": "ZZ"}}, "holidays.country"),
        ({"team_id": "no-such-team"}, "team_id"),
    ],
)
async def test_what_a_schedule_cannot_say_is_refused_with_its_field(
    admin: AsyncClient, wrong: dict[str, Any], field: str
) -> None:
    await people(admin, "ada")
    refused = await admin.put("/v1/schedules/payments", json=daily("ada") | wrong)
    assert refused.status_code == 422
    assert field in refused.text
    assert (await admin.get("/v1/schedules/payments")).status_code == 404


async def test_on_call_shifts_and_the_page_agree_at_the_ends_of_an_override(
    admin: AsyncClient, log: PostgresLog
) -> None:
    await set_up(admin, "ada")
    made = await override(admin, starts_at=at(1, 10), ends_at=at(1, 11), off="ada", on="cem")
    assert made.status_code == 201
    asked = [at(1, 9, 59, 59), at(1, 10), at(1, 10, 59, 59), at(1, 11)]
    expected = [["ada"], ["cem"], ["cem"], ["ada"]]
    assert [await on_call_at(admin, when, **after(made)) for when in asked] == expected
    listed = await shifts(admin, at(1), at(2))
    assert [
        [duty["responder_id"] for duty in one["on_call"]]
        for when in asked
        for one in listed
        if one["starts_at"] <= written(when) < one["ends_at"]
    ] == expected
    _, rota = await rota_now(log, ScheduleId("payments"))
    assert [[*on_call(rota, when).responder_ids] for when in asked] == expected


async def test_who_is_on_call_is_told_with_names_until_when_by_what_and_who_is_next(
    admin: AsyncClient,
) -> None:
    await set_up(admin, "ada", "ben")
    made = await override(admin, starts_at=at(1, 10), ends_at=at(1, 11), off="ada", on="cem")
    params = {"at": written(at(1, 10, 30)), **after(made)}
    (told,) = (await admin.get("/v1/on-call", params=params)).json()["schedules"]
    [duty] = told["now"]["on_call"]
    assert duty == {
        "responder_id": "cem",
        "name": "Cem",
        "layer_id": "daily",
        "override_id": made.json()["override_id"],
    }
    assert (told["now"]["starts_at"], told["now"]["ends_at"]) == (
        written(at(1, 10)),
        written(at(1, 11)),
    )
    assert told["next"]["on_call"][0]["responder_id"] == "ada"
    assert told["next"]["ends_at"] == written(at(2))


async def test_on_call_is_narrowed_by_schedule_team_and_person(admin: AsyncClient) -> None:
    await set_up(admin, "ada")
    await admin.put("/v1/teams/shop", json={"name": "Shop", "members": []})
    other = await admin.put("/v1/schedules/shop", json=daily("cem") | {"team_id": "shop"})
    everywhere = after(other)
    assert sorted(await on_call_at(admin, at(1), **everywhere)) == ["ada", "cem"]
    assert await on_call_at(admin, at(1), team="shop") == ["cem"]
    assert await on_call_at(admin, at(1), schedule="payments") == ["ada"]
    assert await on_call_at(admin, at(1), responder="cem") == ["cem"]
    assert await on_call_at(admin, at(1), responder="ben") == []
    missing = await admin.get("/v1/on-call", params={"schedule": "nothing"})
    assert missing.status_code == 404


async def test_an_override_lands_on_what_stands_now_and_names_what_it_meets(
    admin: AsyncClient,
) -> None:
    await set_up(admin, "ada", "ben")
    first = await override(admin, starts_at=at(1, 10), ends_at=at(1, 11), off="ada", on="cem")
    second = await override(admin, starts_at=at(1, 10), ends_at=at(1, 12), off="ada", on="ben")
    assert second.status_code == 409
    assert second.json()["override_id"] == first.json()["override_id"]
    path = first.headers["Location"]
    assert (await admin.delete(path)).status_code == 200
    third = await override(admin, starts_at=at(1, 10), ends_at=at(1, 12), off="ada", on="ben")
    assert third.status_code == 201
    listed = await admin.get("/v1/schedules/payments/overrides", params=after(third))
    assert [one["on"] for one in listed.json()["overrides"]] == ["ben"]
    with_withdrawn = await admin.get(
        "/v1/schedules/payments/overrides", params={"withdrawn": "true"}
    )
    assert [one["on"] for one in with_withdrawn.json()["overrides"]] == ["cem", "ben"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_at": at(1, 9)}, "ends_at"),
        ({"off": None, "on": None}, "on"),
        ({"off": "cem"}, "on"),
        ({"starts_at": at(0) - timedelta(days=2), "ends_at": at(0) - timedelta(days=1)}, "ends_at"),
        ({"ends_at": at(1) + timedelta(days=401)}, "ends_at"),
        ({"on": "nobody-here"}, "on"),
    ],
)
async def test_an_override_that_makes_no_sense_is_refused_with_its_field(
    admin: AsyncClient, wrong: dict[str, Any], field: str
) -> None:
    await set_up(admin, "ada", "ben")
    body = {"starts_at": at(1, 10), "ends_at": at(1, 11), "off": "ada", "on": "cem"}
    refused = await override(admin, **body | wrong)
    assert refused.status_code == 422
    assert field in refused.text


async def test_what_an_override_does_not_do_is_said(admin: AsyncClient) -> None:
    await set_up(admin, "ada", "ben")
    idle = await override(admin, starts_at=at(1, 10), ends_at=at(1, 11), off="cem", on="ben")
    assert idle.json()["warnings"] == ["cem is not on call then, so it changes nothing."]
    gap = await override(admin, starts_at=at(1, 12), ends_at=at(1, 13), off="ada")
    assert gap.json()["warnings"] == ["Nobody is on call in payments for part of that time."]


async def test_moving_only_the_day_of_the_start_keeps_the_time_and_the_end_v13(
    admin: AsyncClient,
) -> None:
    await set_up(admin, "ada", "ben")
    made = await override(admin, starts_at=at(1, 10), ends_at=at(4, 11), off="ada", on="cem")
    changed = await admin.patch(made.headers["Location"], json={"starts_on": f"{at(3):%F}"})
    assert changed.status_code == 200, changed.text
    listed = await admin.get("/v1/schedules/payments/overrides", params=after(changed))
    [one] = listed.json()["overrides"]
    assert (one["starts_at"], one["ends_at"], one["off"], one["on"]) == (
        written(at(3, 10)),
        written(at(4, 11)),
        "ada",
        "cem",
    )
    both = {"starts_on": f"{at(3):%F}", "starts_at": written(at(3))}
    assert (await admin.patch(made.headers["Location"], json=both)).status_code == 422


async def test_gaps_say_what_caused_them(admin: AsyncClient) -> None:
    await set_up(admin, "ada", "ben")
    gap = await override(admin, starts_at=at(1, 10), ends_at=at(1, 11), off="ada")
    listed = await shifts(admin, at(1), at(2), **after(gap))
    [nobody] = [one for one in listed if not one["on_call"]]
    assert (nobody["starts_at"], nobody["ends_at"]) == (written(at(1, 10)), written(at(1, 11)))
    assert [one["text"] for one in nobody["gap_causes"]] == ["an override takes ada off"]
    hours = [{"weekdays": [1, 2, 3, 4, 5, 6, 7], "starts": "08:00", "ends": "18:00"}]
    body = daily("ada", "ben", windows=hours)
    body["layers"][0]["rotation"]["slots"].append([])
    narrowed = await admin.put("/v1/schedules/payments", json=body)
    causes = {
        cause["text"]
        for one in await shifts(admin, at(2), at(6), **after(narrowed))
        for cause in one["gap_causes"]
    }
    assert causes == {"outside of every layer's windows", "empty slot of layer daily"}


async def test_a_person_who_is_forgotten_on_call_leaves_a_gap_that_shows_at_once(
    admin: AsyncClient,
) -> None:
    await set_up(admin, "ada")
    gone = await admin.request("DELETE", "/v1/subjects/ada", json={"reason": "left"})
    assert gone.status_code == 200
    listed = await shifts(admin, at(1), at(2), **after(gone))
    assert [one["text"] for one in listed[0]["gap_causes"]] == ["ada was forgotten"]
    assert await on_call_at(admin, at(1)) == []


async def test_when_a_substitute_is_forgotten_the_rotation_is_there_again(
    admin: AsyncClient,
) -> None:
    await set_up(admin, "ada")
    made = await override(admin, starts_at=at(1, 10), ends_at=at(1, 11), off="ada", on="cem")
    gone = await admin.request("DELETE", "/v1/subjects/cem", json={"reason": "left"})
    assert await on_call_at(admin, at(1, 10), **after(gone)) == ["ada"]
    listed = await admin.get("/v1/schedules/payments/overrides")
    assert [one["on"] for one in listed.json()["overrides"]] == ["cem"]
    assert (await admin.delete(made.headers["Location"])).status_code == 200


async def set_up_with_team(admin: AsyncClient) -> None:
    """Have a schedule of a team, whose members stand in for each other."""
    await people(admin, "ada", "ben", "cem")
    members = [{"responder_id": one} for one in ("ada", "ben", "cem")]
    await admin.put("/v1/teams/payments", json={"name": "Payments", "members": members})
    answer = await admin.put(
        "/v1/schedules/payments", json=daily("ada", "ben") | {"team_id": "payments"}
    )
    assert answer.status_code == 200, answer.text


async def test_the_pager_is_taken_by_whoever_asks_and_until_the_next_hand_off(
    admin: AsyncClient, log: PostgresLog
) -> None:
    await set_up_with_team(admin)
    headers = await holder_of(log, ApiScope.RESPONDER, responder_id=ResponderId("cem"))
    taken = await admin.post("/v1/schedules/payments/take", json={}, headers=headers)
    assert taken.status_code == 200, taken.text
    assert taken.json()["until"] == written(at(1))
    now = await admin.get("/v1/on-call", params=after(taken))
    [told] = now.json()["schedules"]
    assert [one["responder_id"] for one in told["now"]["on_call"]] == ["cem"]
    again = await admin.post("/v1/schedules/payments/take", json={}, headers=headers)
    assert again.json()["override_ids"] == []


async def test_members_cover_for_each_other_and_only_managers_define(
    admin: AsyncClient, log: PostgresLog
) -> None:
    await set_up_with_team(admin)
    headers = await holder_of(log, ApiScope.RESPONDER, responder_id=ResponderId("ben"))
    times = {"starts_at": written(at(1, 10)), "ends_at": written(at(1, 11))}
    made = await admin.post(
        "/v1/schedules/payments/overrides",
        json=times | {"off": "ada", "on": "ben"},
        headers=headers,
    )
    assert made.status_code == 201
    defined = await admin.put("/v1/schedules/payments", json=daily("ben"), headers=headers)
    assert defined.status_code == 403
    watching = await holder_of(log, ApiScope.OBSERVER)
    refused = await admin.delete(made.headers["Location"], headers=watching)
    assert refused.status_code == 403


async def test_an_ended_schedule_has_nobody_on_call_and_takes_no_override(
    admin: AsyncClient,
) -> None:
    await set_up(admin, "ada")
    ended = await admin.delete("/v1/schedules/payments")
    assert ended.status_code == 200
    assert await on_call_at(admin, at(1), **after(ended)) == []
    refused = await override(admin, starts_at=at(1), ends_at=at(2), off="ada", on="cem")
    assert refused.status_code == 409
    assert (await admin.delete("/v1/schedules/nothing")).status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "query.until"),
        ({"from": "2026-01-02T00:00:00Z", "until": "2036-01-01T00:00:00Z"}, "query.until"),
        ({"from": "0001-01-01T00:00:00Z"}, "query.from"),
        ({"from": "9999-12-31T00:00:00Z"}, "query.from"),
        ({"until": "tomorrow"}, "query.until"),
    ],
)
async def test_more_time_than_anybody_reads_at_once_is_refused(
    admin: AsyncClient, query: dict[str, str], field: str
) -> None:
    await set_up(admin, "ada")
    refused = await admin.get("/v1/schedules/payments/shifts", params=query)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field


async def test_a_dry_run_puts_nobody_on_call(admin: AsyncClient) -> None:
    await set_up(admin, "ada", "ben")
    dry = {"Tocsin-Dry-Run": "true"}
    times = {"starts_at": written(at(1, 10)), "ends_at": written(at(1, 11))}
    path = "/v1/schedules/payments/overrides"
    asked = await admin.post(path, json=times | {"off": "ada", "on": "cem"}, headers=dry)
    assert asked.json()["status"] == "dry_run"
    taken = await admin.post(
        "/v1/schedules/payments/take", json={"responder_id": "cem"}, headers=dry
    )
    assert taken.json()["status"] == "dry_run"
    made = await override(admin, starts_at=at(2), ends_at=at(3), on="cem")
    listed = await admin.get(path, params=after(made))
    assert [one["override_id"] for one in listed.json()["overrides"]] == [
        made.json()["override_id"]
    ]
