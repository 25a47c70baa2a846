"""Opsgenie's lists: its own client finds the alerts of its integration by its query language."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from httpx import AsyncClient

from events.incident.events import IncidentAcknowledged
from services.api.dependencies import Dependencies
from tests.projections.stories import catch_up
from tests.servers import Database
from tests.services.api.intake.doors import door_for
from tests.services.api.intake.monitor import incident_lives, story_of
from tests.services.api.intake.sources.opsgenie.opsgenie_door import OpsgenieDoor, opsgenie_at
from tests.services.api.intake.sources.opsgenie.test_opsgenie_client import api_of
from tests.services.api.serving import served

pytestmark = pytest.mark.stack

ALERTS: list[dict[str, Any]] = [
    {"message": "Disk of db-1 is full", "alias": "disk", "tags": ["disk", "eu1"], "priority": "P1"},
    {"message": "Queue is stuck", "alias": "queue", "source": "cron", "details": {"host": "q-1"}},
    {"message": "Load is 100 % of db_2", "description": "Slow queries.", "priority": "P5"},
]


@pytest.fixture
async def door(client: AsyncClient, dependencies: Dependencies, database: Database) -> OpsgenieDoor:
    """A door with three alerts: the second is closed, and somebody has the first."""
    door = await opsgenie_at(client, dependencies)
    for one in ALERTS:
        assert (await door.post("", one)).status_code == 202
    await door.post("/queue/close", {}, identifierType="alias")
    first = (await story_of(door.log)).incidents[0]
    acknowledged = IncidentAcknowledged(
        incident_id=first.incident_id,
        acknowledged_by="responder:ada",
        acknowledged_at=dependencies.clock(),
    )
    await incident_lives(door.log, first.incident_id, acknowledged)
    await catch_up(database)
    return door


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [2, 1, 0]),
        ("status: open", [2, 0]),
        ("status: closed", [1]),
        ("NOT status: closed AND priority: (P1 OR P2)", [0]),
        ("acknowledged: true", [0]),
        ("owner: ada", [0]),
        ("snoozed: false AND isSeen: false", [2, 1]),
        ("tag: EU1", [0]),
        ("tag: eu", []),
        ("message: is", [2, 1, 0]),
        ('message: "100 % of"', [2]),
        ("message: db_", [2]),
        ("message: *db?1*", [0]),
        ("description: slow", [2]),
        ("details.key: host", [1]),
        ("details.value: q-*", [1]),
        ("source: cron", [1]),
        ("alias: disk OR alias: queue", [1, 0]),
        ("createdAt > 01-01-2020", [2, 1, 0]),
        ("createdAt < 01-01-2020", []),
        ("queries", [2]),
        ("'; drop table read.alert; --", []),
    ],
)
async def test_a_query_chooses(door: OpsgenieDoor, query: str, found: list[int]) -> None:
    answer = await door.ask("GET", query=query)
    assert answer.status_code == 200, answer.text
    messages = [one["message"] for one in answer.json()["data"]]
    assert messages == [ALERTS[number]["message"] for number in found]
    count = await door.ask("GET", "/count", query=query)
    assert count.json()["data"] == {"count": len(found)}


async def test_its_client_pages_through_and_sorts(
    door: OpsgenieDoor, dependencies: Dependencies
) -> None:
    def ask(api: Any) -> list[Any]:
        pages = [
            api.list_alerts(limit=2, offset=offset, sort="message", order="asc").data
            for offset in (0, 2)
        ]
        return [*pages, api.count_alerts(query="status: open").data.count]

    async with served(dependencies) as (host, port):
        first, second, count = await asyncio.to_thread(
            ask, api_of(f"http://{host}:{port}", door.key)
        )
    assert [one.message[:5] for one in (*first, *second)] == ["Disk ", "Load ", "Queue"]
    assert (first[0].owner, first[0].acknowledged, first[0].tags) == ("ada", True, ["disk", "eu1"])
    assert (second[0].status, second[0].alias, count) == ("closed", "queue", 2)


async def test_a_page_says_where_the_others_are(door: OpsgenieDoor) -> None:
    answer = (await door.ask("GET", query="is", limit="1", offset="1")).json()
    assert answer["paging"] == {
        "first": "/v2/alerts?query=is&offset=0&limit=1",
        "prev": "/v2/alerts?query=is&offset=0&limit=1",
        "next": "/v2/alerts?query=is&offset=2&limit=1",
        "last": "/v2/alerts?query=is&offset=2&limit=1",
    }


async def test_a_key_lists_its_own_integrations_alerts_only(
    door: OpsgenieDoor, client: AsyncClient, dependencies: Dependencies
) -> None:
    key = (await door_for(client, dependencies, "opsgenie")).split("/")[3]
    assert key != door.key
    answer = await replace(door, key=key).ask("GET")
    assert answer.json()["data"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"query": "colour: red"}, "query.query"),
        ({"limit": "101"}, "query.limit"),
        ({"offset": "-1"}, "query.offset"),
        ({"offset": "19999", "limit": "2"}, "query.offset"),
        ({"sort": "colour"}, "query.sort"),
        ({"order": "up"}, "query.order"),
        ({"searchIdentifier": "mine"}, "query.searchIdentifier"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_its_name(
    door: OpsgenieDoor, query: dict[str, str], field: str
) -> None:
    answer = await door.ask("GET", **query)
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]
