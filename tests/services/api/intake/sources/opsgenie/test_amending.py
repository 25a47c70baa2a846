"""An alert that fires says something else when its sender changes it; what is over does not."""

from typing import Any

import pytest
from httpx import AsyncClient

from events.alert.events import AlertAmended
from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.commanding.expected_incident import expected_incident
from tests.services.api.intake.monitor import story_of
from tests.services.api.intake.sources.opsgenie.opsgenie_door import OpsgenieDoor, opsgenie_at


@pytest.fixture
async def door(client: AsyncClient, dependencies: Dependencies) -> OpsgenieDoor:
    door = await opsgenie_at(client, dependencies)
    await door.post(body={"message": "Disk full", "alias": "a", "tags": ["x"], "priority": "P3"})
    return door


async def shown(door: OpsgenieDoor) -> Any:
    return (await door.ask("GET", "/a", identifierType="alias")).json()["data"]


@pytest.mark.parametrize(
    ("name", "query", "shows"),
    [
        ("tags", {"tags": "x,z"}, {"tags": ["y"]}),
        ("tags", {"tags": "x, y"}, {"tags": []}),
        ("details", {"keys": "host", "note": "Wrong host."}, {"details": {"region": "eu1"}}),
    ],
)
async def test_what_is_taken_away_is_shown_no_more(
    door: OpsgenieDoor, name: str, query: dict[str, str], shows: dict[str, Any]
) -> None:
    await door.post("/a/tags", {"tags": ["y"]}, identifierType="alias")
    details = {"details": {"host": "db-1", "region": "eu1"}}
    await door.post("/a/details", details, identifierType="alias")
    answer = await door.ask("DELETE", f"/a/{name}", identifierType="alias", **query)
    assert answer.status_code == 202, answer.text
    assert shows.items() <= (await shown(door)).items()
    status = await door.ask("GET", f"/requests/{answer.json()['requestId']}")
    assert status.json()["data"]["isSuccess"] is True


@pytest.mark.parametrize(("name", "listed"), [("tags", "tags"), ("details", "keys")])
async def test_nothing_named_takes_nothing_away(door: OpsgenieDoor, name: str, listed: str) -> None:
    for query in ({}, {listed: " , "}):
        answer = await door.ask("DELETE", f"/a/{name}", identifierType="alias", **query)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [f"query.{listed}"])


@pytest.mark.parametrize(
    ("method", "name", "body", "shows"),
    [
        ("PUT", "message", {"message": "Disk nearly full"}, {"message": "Disk nearly full"}),
        ("PUT", "description", {"description": "92 %"}, {"description": "92 %"}),
        ("PUT", "priority", {"priority": "p1"}, {"priority": "P1"}),
        ("POST", "tags", {"tags": ["y", "x"]}, {"tags": ["x", "y"]}),
        ("POST", "details", {"details": {"host": "db-1"}}, {"details": {"host": "db-1"}}),
    ],
)
async def test_what_is_changed_is_shown_and_the_same_again_changes_nothing(
    door: OpsgenieDoor, method: str, name: str, body: Any, shows: dict[str, Any]
) -> None:
    await door.ask(method, f"/a/{name}", body, identifierType="alias")
    answer = await door.ask(method, f"/a/{name}", body, identifierType="alias")
    assert answer.status_code == 202, answer.text
    assert shows.items() <= (await shown(door)).items()
    changes = [one for one in (await story_of(door.log)).events if isinstance(one, AlertAmended)]
    assert len(changes) == 1
    status = await door.ask("GET", f"/requests/{answer.json()['requestId']}")
    assert status.json()["data"]["isSuccess"] is True


async def test_a_worse_priority_makes_the_incident_worse(
    door: OpsgenieDoor, dependencies: Dependencies
) -> None:
    await door.ask("PUT", "/a/priority", {"priority": "P1"}, identifierType="alias")
    alert = await door.alert("a")
    assert alert.severity is Severity.SEV1
    assert alert.incident_id is not None
    home = await expected_incident(door.log, dependencies.inbox, alert.incident_id)
    assert home.incident.severity is Severity.SEV1


async def test_what_is_closed_keeps_its_words(door: OpsgenieDoor) -> None:
    await door.post("/a/close", {}, identifierType="alias")
    await door.ask("PUT", "/a/message", {"message": "Other"}, identifierType="alias")
    assert (await shown(door))["message"] == "Disk full"


@pytest.mark.parametrize(
    ("method", "name", "body"),
    [
        ("PUT", "message", {}),
        ("PUT", "priority", {"priority": "P9"}),
        ("PUT", "priority", {}),
        ("POST", "details", {"details": {"a": {"b": "c"}}}),
    ],
)
async def test_what_is_no_change_is_refused(
    door: OpsgenieDoor, method: str, name: str, body: Any
) -> None:
    answer = await door.ask(method, f"/a/{name}", body, identifierType="alias")
    assert answer.status_code == 422
    assert answer.json()["errors"]
