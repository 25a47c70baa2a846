"""A changed policy or schedule is tried on incidents that were paged, and nobody is paged by it."""

import asyncio
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from httpx import Response

from events.backtest import replay
from events.configuration.api_key import ApiScope
from events.ids import IncidentId, page_id_for, page_stream
from services.access.permissions import SCOPES, Permission
from services.api.reading.one_at_a_time import OneAtATime
from services.api.resources.history import backtests
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_private_incidents import cast_of

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("projected")]

ROTA: dict[str, Any] = {
    "name": "Night",
    "zone": "Europe/Berlin",
    "layers": [
        {
            "layer_id": "daily",
            "name": "Daily",
            "rotation": {
                "slots": [["ada"]],
                "first_hand_off": "2026-01-01",
                "hand_off_at": "10:00:00",
            },
        }
    ],
}


def with_slots(*slots: str) -> dict[str, Any]:
    [layer] = ROTA["layers"]
    rotation = layer["rotation"] | {"slots": [[one] for one in slots]}
    return ROTA | {"layers": [layer | {"rotation": rotation}]}


def policy(*targets: dict[str, str]) -> dict[str, Any]:
    levels = [{"targets": [one], "escalation_timeout_seconds": 600} for one in targets]
    return {"name": "Night", "levels": levels}


BY_SCHEDULE = policy({"schedule_id": "night"}, {"responder_id": "eve"})
BY_EVE = policy({"responder_id": "eve"})


async def put(api: Api, path: str, body: dict[str, Any]) -> Response:
    answer = await api.http.put(f"/v1/{path}", json=body)
    assert answer.is_success, answer.text
    return answer


async def paged(api: Api, **more: Any) -> dict[str, Any]:
    """Declare an incident of the shop, and wait until its page is under way."""
    declared = await api.started(service_id="shop", **more)
    page_id = page_id_for(IncidentId(UUID(declared["incident_id"])), 1)
    await api.happens(page_stream(page_id), "page.level_reached")
    return declared


async def tried(
    api: Api, path: str, body: dict[str, Any] | None = None, **query: Any
) -> dict[str, Any]:
    position = {"after_position": await api.log.head()}
    answer = await api.http.post(f"/v1/{path}/backtest", json=body, params=position | query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def settle(api: Api) -> None:
    for name in ("ada", "eve"):
        await api.responder(name)
    await put(api, "schedules/night", ROTA)
    await put(api, "escalation-policies/night", BY_SCHEDULE)
    await put(api, "services/shop", {"name": "Shop", "escalation_policy_id": "night"})


def whom(found: dict[str, Any], side: str) -> list[str]:
    return [
        person["responder_id"]
        for incident in found["incidents"]
        for page in incident["pages"]
        for level in page[side]
        for person in level["people"]
    ]


async def test_a_changed_policy_says_whom_it_would_have_paged(api: Api) -> None:
    await settle(api)
    declared = await paged(api)
    taken = await api.give(declared["incident_id"], "acknowledgement")
    assert taken.status_code == 200, taken.text
    as_it_is = await tried(api, "escalation-policies/night")
    assert (whom(as_it_is, "before"), whom(as_it_is, "after")) == (["ada"], ["ada"])
    assert as_it_is["totals"]["incidents_that_differ"] == 0
    changed = await tried(api, "escalation-policies/night", BY_EVE)
    assert (whom(changed, "before"), whom(changed, "after")) == (["ada"], ["eve"])
    assert changed["totals"]["first_pages_that_differ"] == 1
    [incident] = changed["incidents"]
    assert (incident["reference"], incident["differs"]) == (declared["reference"], True)
    assert incident["pages"][0]["acknowledged_by"] is not None
    kept = (await api.http.get("/v1/escalation-policies/night")).json()
    assert kept["levels"][0]["targets"][0]["schedule_id"] == "night"


async def test_a_changed_schedule_is_tried_as_if_it_had_always_been_so(api: Api) -> None:
    await settle(api)
    await paged(api)
    as_it_is = await tried(api, "schedules/night")
    assert (whom(as_it_is, "before"), whom(as_it_is, "after")) == (["ada"], ["ada"])
    changed = await tried(api, "schedules/night", with_slots("eve"))
    assert whom(changed, "after") == ["eve"]
    shares = {one["responder_id"]: one for one in changed["totals"]["people"]}
    assert (shares["ada"]["after"]["pages"], shares["eve"]["after"]["pages"]) == (0, 1)
    saved = await put(api, "schedules/night", with_slots("eve"))
    assert "Escalation policy night pages by this schedule." in saved.json()["changes"]


async def test_a_private_incident_is_in_it_for_its_members_only(api: Api) -> None:
    await settle(api)
    cast = await cast_of(api)
    body = {"title": "Payroll was copied", "private": True, "service_id": "shop"}
    answer = await api.http.post("/v1/incidents", json=body, headers=cast.ada)
    assert answer.status_code == 201, answer.text
    incident_id = IncidentId(UUID(answer.json()["incident_id"]))
    await api.start(incident_id)
    await api.happens(page_stream(page_id_for(incident_id, 1)), "page.level_reached")
    for path in ("escalation-policies/night", "schedules/night"):
        seen: list[int] = []
        for who in (cast.ada, cast.eve):
            answer = await api.http.post(
                f"/v1/{path}/backtest",
                params={"after_position": await api.log.head()},
                headers=who,
            )
            assert answer.status_code == 200, answer.text
            seen.append(answer.json()["totals"]["incidents"])
        assert seen == [1, 0]


async def test_only_pages_of_the_period_are_in_it_as_they_were_at_its_end(api: Api) -> None:
    await settle(api)
    await paged(api)
    found = await tried(api, "escalation-policies/night")
    [incident] = found["incidents"]
    began = datetime.fromisoformat(incident["pages"][0]["started_at"])
    before = (began - timedelta(microseconds=1)).isoformat()
    outside: tuple[dict[str, Any], ...] = (
        {"until": began.isoformat()},
        {"from": (began + timedelta(microseconds=1)).isoformat()},
    )
    for query in outside:
        empty = await tried(api, "escalation-policies/night", **query)
        assert (empty["incidents"], empty["totals"]["people"]) == ([], [])
    just_begun: dict[str, Any] = {
        "from": before,
        "until": (began + timedelta(microseconds=1)).isoformat(),
    }
    [incident] = (await tried(api, "escalation-policies/night", **just_begun))["incidents"]
    assert [page["before"] for page in incident["pages"]] == [[]]


async def test_no_level_is_reached_at_a_time_that_has_not_come(api: Api) -> None:
    await settle(api)
    await paged(api)
    impatient = policy({"responder_id": "eve"}, {"responder_id": "ada"})
    later = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    for path, body in (("escalation-policies/night", impatient), ("schedules/night", None)):
        found = await tried(api, path, body, until=later)
        [incident] = found["incidents"]
        assert [len(page["after"]) for page in incident["pages"]] == [1]
        assert datetime.fromisoformat(found["ends_at"]) <= datetime.now(UTC)


async def test_a_period_has_at_most_400_days_and_says_so_in_one_way(api: Api) -> None:
    await settle(api)
    until = datetime.now(UTC) - timedelta(days=1)
    path = "/v1/escalation-policies/night/backtest"
    said: set[tuple[str, str]] = set()
    for days in (366, 367, 399, 400, 401, 5_000):
        begin = until - timedelta(days=days)
        query = {"from": begin.isoformat(), "until": until.isoformat()}
        answer = await api.http.post(path, params=query)
        assert answer.status_code == (200 if days <= 400 else 422), answer.text
        if days > 400:
            [error] = answer.json()["errors"]
            said.add((error["field"], error["reason"]))
    assert said == {("query.until", "Ask for at most 400 days at a time.")}


@pytest.mark.parametrize("path", ["escalation-policies/night", "schedules/night"])
async def test_pages_with_too_many_levels_are_refused_with_what_to_do(
    api: Api, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    await settle(api)
    await paged(api)
    monkeypatch.setattr(replay, "MOST_ON_LEVELS", 2)  # of one page: its level, target and person
    position = {"after_position": await api.log.head()}
    answer = await api.http.post(f"/v1/{path}/backtest", params=position)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["type"].endswith("backtest-too-large")
    assert "ask for a shorter period" in problem["detail"]


async def test_a_refused_change_is_refused_by_its_backtest_in_the_same_words(api: Api) -> None:
    await settle(api)
    wrong = {
        "escalation-policies/night": [
            policy({"responder_id": "nobody"}),
            policy(),
            BY_EVE | {"hand_over_to": "night"},
            BY_EVE | {"repeats": -1},
        ],
        "schedules/night": [
            with_slots("nobody"),
            ROTA | {"zone": "Mars/Olympus"},
            ROTA | {"layers": ROTA["layers"] * 2},
        ],
    }
    for path, bodies in wrong.items():
        for body in bodies:
            tested = await api.http.post(f"/v1/{path}/backtest", json=body)
            stored = await api.http.put(f"/v1/{path}", json=body)
            said = [
                {
                    name: value
                    for name, value in one.json().items()
                    if name not in {"instance", "request_id"}
                }
                for one in (tested, stored)
            ]
            assert 400 <= tested.status_code < 500, tested.text
            assert said[0] == said[1]


@pytest.mark.parametrize("path", ["escalation-policies/nowhere", "schedules/nowhere"])
async def test_what_never_was_cannot_be_tried(api: Api, path: str) -> None:
    assert (await api.http.post(f"/v1/{path}/backtest")).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"from": "2026-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "query.until"),
        ({"from": "2024-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "query.until"),
        ({"from": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "query.until"),
        ({"from": "2199-01-01T00:00:00Z", "until": "2199-01-02T00:00:00Z"}, "query.from"),
        ({"until": "2200-01-01T00:00:00Z"}, "query.until"),
        ({"from": "1960-01-01T00:00:00Z"}, "query.from"),
        ({"from": "yesterday"}, "query.from"),
        ({"since": "2026-01-01T00:00:00Z"}, "query.since"),
    ],
)
async def test_a_period_has_an_end_after_its_begin_and_is_written_as_times(
    alone: Api, wrong: dict[str, str], field: str
) -> None:
    answer = await alone.http.post("/v1/escalation-policies/night/backtest", params=wrong)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize("path", ["escalation-policies/night", "schedules/night"])
async def test_a_backtest_too_many_is_told_to_come_again(
    alone: Api, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    queue = OneAtATime("backtests", waiting=0)
    monkeypatch.setattr(backtests, "QUEUE", queue)
    may_end = Event()
    other = asyncio.create_task(queue.done(lambda: may_end.wait(10)))
    await asyncio.sleep(0)
    answer = await alone.http.post(f"/v1/{path}/backtest")
    may_end.set()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1"), answer.text
    assert answer.json()["type"].endswith("overloaded")
    assert await other
    assert (await alone.http.post(f"/v1/{path}/backtest")).status_code != 503


async def test_who_sends_alerts_cannot_read_whom_incidents_paged(alone: Api) -> None:
    sender = await holder_of(alone.log, ApiScope.INGEST)
    answer = await alone.http.post("/v1/schedules/night/backtest", headers=sender)
    assert answer.status_code == 403
    for carried in SCOPES.values():  # one permission is asked for: it never comes alone
        assert (Permission.INCIDENT_READ in carried) == (Permission.CONFIGURATION_READ in carried)
