"""Alerts go where the routing rules say, and what belongs together is one incident."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from events.alert.events import ALERT_EVENTS, AlertTriggered
from events.ids import AlertId, IncidentId, alert_stream, incident_stream
from events.incident.decide import incident_decider
from events.incident.state import Incident
from events.loading import load
from events.log.codec import codec_for
from events.log.memory import MemoryLog
from events.log.recorded import RecordedEvent
from services.api.dependencies import Dependencies
from tests.services.api.intake.monitor import body_of, one_alert
from tests.services.api.intake.test_alertmanager_route import monitor_at


async def route(client: AsyncClient, *rules: dict[str, Any]) -> None:
    answer = await client.put("/v1/routing-rules/organisation", json={"rules": list(rules)})
    assert answer.status_code == 200, answer.text


async def incident_of(dependencies: Dependencies, answer: dict[str, Any]) -> Incident:
    incident_id = IncidentId(UUID(answer["incident_id"]))
    stream = incident_stream(incident_id)
    incident, _ = await load(dependencies.log, incident_decider, stream)
    return incident


async def fire(client: AsyncClient, path: str, key: str, **labels: str) -> dict[str, Any]:
    url = path.replace("alertmanager", "generic")
    body = {"title": f"Trouble {key}", "dedup_key": key, "labels": labels, "severity": "sev3"}
    answer = await client.post(url, json=body)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def test_a_rule_says_service_policy_severity_and_title(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    made = await client.put(
        "/v1/services/storage", json={"name": "Storage", "escalation_policy_id": None}
    )
    assert made.status_code == 200, made.text
    await route(
        client,
        {
            "name": "disks",
            "conditions": [{"field": "labels.kind", "comparison": "equals", "values": ["disk"]}],
            "outcome": {
                "service_id": "storage",
                "severity": "SEV2",
                "title": "{labels.host}: {title}",
            },
        },
    )
    answer = await fire(client, path, "a", kind="disk", host="db-1")
    incident = await incident_of(dependencies, answer)
    assert incident.service_id == "storage"
    assert incident.severity == "SEV2"
    assert incident.title == "db-1: Trouble a"
    other = await incident_of(dependencies, await fire(client, path, "b", kind="cpu"))
    assert (other.service_id, other.severity) == ("checkout", "SEV3")


async def test_an_alert_keeps_which_rule_of_which_version_had_a_say(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await route(client)
    await route(client, {"name": "all", "outcome": {"severity": "SEV1"}})
    answer = await fire(client, path, "a")
    alert_id = AlertId(UUID(answer["alerts"][0]["alert_id"]))
    [stored] = await dependencies.log.read_stream(alert_stream(alert_id))
    event = codec_for(ALERT_EVENTS).read(stored.type, stored.schema_version, stored.payload)
    assert isinstance(event, AlertTriggered)
    assert [(one.routing_rules_id, one.number, one.rule) for one in event.applied] == [
        ("organisation", 2, "all")
    ]


async def test_alerts_are_grouped_by_a_field_across_messages_and_one_message_is_split(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await route(client, {"name": "by host", "outcome": {"grouping": {"fields": ["labels.host"]}}})
    first = await fire(client, path, "a", host="db-1")
    second = await fire(client, path, "b", host="db-1")
    third = await fire(client, path, "c", host="db-2")
    assert first["incident_id"] == second["incident_id"] != third["incident_id"]
    alerts = [one_alert(key) for key in ("x", "y", "z")]
    for alert, host in zip(alerts, ("db-1", "db-2", "db-3"), strict=True):
        alert["labels"]["host"] = host
    answer = (await client.post(path, json=body_of(*alerts, group="mixed"))).json()
    named = [one["incident_id"] for one in answer["alerts"]]
    assert sorted(named[:2]) == sorted([first["incident_id"], third["incident_id"]])
    assert answer["alerts_read"] == 3
    again = (await client.post(path, json=body_of(*alerts, group="mixed"))).json()
    assert again["outcome"] == "unchanged"
    over = [alert | {"status": "resolved", "endsAt": "2026-11-24T00:00:00Z"} for alert in alerts]
    ended = (await client.post(path, json=body_of(*over, group="mixed"))).json()
    assert {one["state"] for one in ended["alerts"]} == {"resolved"}


async def test_the_lists_are_read_together_and_a_changed_list_counts_at_once(
    client: AsyncClient, dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await route(client, {"name": "all", "outcome": {"severity": "SEV1"}})
    read: list[Sequence[str]] = []

    async def counted(
        self: MemoryLog, streams: Sequence[str], types: Sequence[str]
    ) -> dict[str, list[RecordedEvent]]:
        read.append(streams)
        return await originally(self, streams, types)

    originally = MemoryLog.read_since
    monkeypatch.setattr(MemoryLog, "read_since", counted)
    first = await incident_of(dependencies, await fire(client, path, "a"))
    lists = [[stream for stream in one if stream.startswith("routing_rules")] for one in read]
    assert [len(one) for one in lists if one] == [2]
    await route(client, {"name": "all", "outcome": {"severity": "SEV2"}})
    second = await incident_of(dependencies, await fire(client, path, "b"))
    assert (first.severity, second.severity) == ("SEV1", "SEV2")
