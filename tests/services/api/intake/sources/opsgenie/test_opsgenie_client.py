"""Opsgenie's own Python client, pointed at us by its configuration only."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import opsgenie_sdk  # type: ignore[import-untyped]
import pytest
from httpx import AsyncClient
from opsgenie_sdk.exceptions import AuthenticationException, ConfigurationException  # type: ignore[import-untyped]

from events.notes.events import NoteWritten
from services.api.dependencies import Dependencies
from tests.services.api.intake.monitor import story_of
from tests.services.api.intake.sources.opsgenie.opsgenie_door import OpsgenieDoor, opsgenie_at
from tests.services.api.serving import served


@pytest.fixture
async def door(client: AsyncClient, dependencies: Dependencies) -> OpsgenieDoor:
    return await opsgenie_at(client, dependencies)


@pytest.fixture
async def host(dependencies: Dependencies) -> AsyncIterator[str]:
    async with served(dependencies) as (name, port):
        yield f"http://{name}:{port}"


@pytest.fixture
def alerts(host: str, door: OpsgenieDoor) -> Any:
    return api_of(host, door.key)


def api_of(host: str, key: str) -> Any:
    configuration = opsgenie_sdk.Configuration()
    configuration.host = host
    configuration.api_key["Authorization"] = key
    configuration.retry_count = 1
    return opsgenie_sdk.AlertApi(opsgenie_sdk.ApiClient(configuration))


async def test_what_it_creates_it_finds_acknowledges_notes_snoozes_and_closes(
    alerts: Any, door: OpsgenieDoor, dependencies: Dependencies
) -> None:
    def ask() -> list[Any]:
        said: list[Any] = []
        new = opsgenie_sdk.CreateAlertPayload(
            message="Disk of db-1 is full",
            alias="db-1/disk",
            tags=["disk"],
            details={"host": "db-1"},
            responders=[opsgenie_sdk.TeamRecipient(name="Databases")],
            priority="P1",
        )
        created = alerts.create_alert(new)
        said.append(created.result)
        status = alerts.get_request_status(created.request_id).data
        said.append((status.is_success, status.action, status.alias))
        named: dict[str, Any] = {"identifier": "db-1/disk", "identifier_type": "alias"}
        there = alerts.get_alert(**named).data
        said.append((there.status, there.priority, there.tags, there.details["host"]))
        action = opsgenie_sdk.AcknowledgeAlertPayload(user="Ada", note="I am on it.")
        alerts.acknowledge_alert(**named, acknowledge_alert_payload=action)
        said.append(alerts.get_alert(**named).data.acknowledged)
        alerts.un_acknowledge_alert(**named)
        said.append(alerts.get_alert(**named).data.acknowledged)
        alerts.add_note(
            **named, add_note_to_alert_payload=opsgenie_sdk.AddNoteToAlertPayload(note="Later.")
        )
        until = dependencies.clock() + timedelta(hours=1)
        alerts.snooze_alert(
            **named, snooze_alert_payload=opsgenie_sdk.SnoozeAlertPayload(end_time=until)
        )
        said.append(alerts.get_alert(there.id).data.snoozed)
        alerts.close_alert(there.tiny_id, identifier_type="tiny")
        said.append(alerts.get_alert(there.id).data.status)
        return said

    assert await asyncio.to_thread(ask) == [
        "Request will be processed",
        (True, "Create", "db-1/disk"),
        ("open", "P1", ["disk"], "db-1"),
        True,
        False,
        True,
        "closed",
    ]
    notes = [one.text for one in (await story_of(door.log)).events if isinstance(one, NoteWritten)]
    assert notes == ["I am on it.\n\n— Ada", "Later."]


async def test_it_reads_our_refusals(alerts: Any, host: str) -> None:
    def refused(api: Any, body: Any) -> str:
        with pytest.raises((AuthenticationException, ConfigurationException)) as refusal:
            api.create_alert(body)
        return str(refusal.value).partition("(")[2][:3]

    new = opsgenie_sdk.CreateAlertPayload(message=" ")
    assert await asyncio.to_thread(refused, alerts, new) == "422"
    assert await asyncio.to_thread(refused, api_of(host, "nobody"), new) == "401"
