"""Opsgenie's own client makes heartbeats, pings them and looks at them."""

import asyncio
from typing import Any

import opsgenie_sdk  # type: ignore[import-untyped]
import pytest
from httpx import AsyncClient

from events.configuration.heartbeat import AGGREGATE, HeartbeatDefined, heartbeat_decider
from events.loading import load
from events.values.severity import Severity
from services.api.dependencies import Dependencies
from tests.projections.stories import catch_up
from tests.servers import Database
from tests.services.api.intake.doors import door_for
from tests.services.api.serving import served

pytestmark = pytest.mark.stack

NIGHTLY: dict[str, Any] = {
    "name": "Nightly Backup",
    "interval": 36,
    "intervalUnit": "hours",
    "enabled": True,
    "alertMessage": "The backup did not run",
    "alertPriority": "P2",
}


@pytest.fixture
async def headers(client: AsyncClient, dependencies: Dependencies) -> dict[str, str]:
    key = (await door_for(client, dependencies, "heartbeats")).split("/")[3]
    return {"Authorization": f"GenieKey {key}"}


async def test_its_client_creates_pings_gets_and_lists(
    dependencies: Dependencies, database: Database, headers: dict[str, str]
) -> None:
    def api(host: str) -> Any:
        configuration = opsgenie_sdk.Configuration()
        configuration.host = host
        configuration.api_key["Authorization"] = headers["Authorization"].split()[1]
        return opsgenie_sdk.HeartbeatApi(opsgenie_sdk.ApiClient(configuration))

    def make(host: str) -> list[Any]:
        heartbeats = api(host)
        new = opsgenie_sdk.CreateHeartbeatPayload(
            name="Nightly Backup", interval=36, interval_unit="hours", enabled=True,
            alert_message="The backup did not run", alert_priority="P2",
        )  # fmt: skip
        made = heartbeats.create_heartbeat(new).data
        before = heartbeats.get_heartbeat("Nightly Backup").data
        pong = heartbeats.ping("Nightly Backup").result
        after = heartbeats.get_heartbeat("nightly-backup").data
        return [made, before, pong, after]

    async with served(dependencies) as (host, port):
        made, before, pong, after = await asyncio.to_thread(make, f"http://{host}:{port}")
        await catch_up(database)
        listed = await asyncio.to_thread(
            lambda: api(f"http://{host}:{port}").list_heart_beats().data.heartbeats
        )
    assert (made.name, made.interval, made.interval_unit) == ("Nightly Backup", 36, "hours")
    assert (made.enabled, made.expired, before.last_ping_time) == (True, False, None)
    assert pong == "PONG - Heartbeat received"
    assert after.last_ping_time is not None
    assert [(one.name, one.expired) for one in listed] == [("Nightly Backup", False)]
    assert listed[0].last_ping_time == after.last_ping_time
    state, _ = await load(dependencies.log, heartbeat_decider, AGGREGATE.stream("nightly-backup"))
    assert isinstance(state, HeartbeatDefined)
    assert (state.severity, state.message) == (Severity.SEV2, "The backup did not run")


async def test_a_heartbeat_of_another_integration_is_neither_shown_nor_taken_over(
    client: AsyncClient, dependencies: Dependencies, headers: dict[str, str]
) -> None:
    assert (await client.post("/v2/heartbeats", json=NIGHTLY, headers=headers)).status_code == 201
    key = (await door_for(client, dependencies, "heartbeats")).split("/")[3]
    other = {"Authorization": f"GenieKey {key}"}
    taken = await client.post("/v2/heartbeats", json=NIGHTLY, headers=other)
    assert (taken.status_code, list(taken.json()["errors"])) == (422, ["name"])
    shown = await client.get("/v2/heartbeats/nightly-backup", headers=other)
    assert shown.status_code == 404
    assert (await client.get("/v2/heartbeats", headers=other)).json()["data"] == {"heartbeats": []}


async def test_one_that_is_disabled_is_not_expected(
    client: AsyncClient, headers: dict[str, str], database: Database
) -> None:
    body = NIGHTLY | {"enabled": False}
    assert (await client.post("/v2/heartbeats", json=body, headers=headers)).status_code == 201
    await catch_up(database)
    listed = (await client.get("/v2/heartbeats", headers=headers)).json()["data"]["heartbeats"]
    assert [(one["enabled"], one["expired"]) for one in listed] == [(False, False)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "…"},
        {"interval": 0},
        {"interval": "often"},
        {"intervalUnit": "weeks"},
        {"enabled": "perhaps"},
    ],
)
async def test_what_is_no_heartbeat_is_refused_by_its_field(
    client: AsyncClient, headers: dict[str, str], wrong: dict[str, Any]
) -> None:
    answer = await client.post("/v2/heartbeats", json=NIGHTLY | wrong, headers=headers)
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["errors"]) == list(wrong)
