"""A rule makes an alert a ticket that pages nobody, or has it join an incident that is open."""

from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from events.ids import IncidentId, ServiceId
from events.incident.alerts.rules import is_attended, pages_nobody
from events.log.database import Database
from services.api.dependencies import Dependencies
from services.api.intake.keeping import taking
from tests.services.api.intake.test_alertmanager_route import monitor_at
from tests.services.api.intake.test_routing import fire, incident_of, route
from tests.services.api.intake.test_rule_trials import generic, integration_in, tried

TICKETS: dict[str, Any] = {"name": "later", "outcome": {"ticket_only": True, "severity": "SEV2"}}


def by_cluster(**outcome: Any) -> dict[str, Any]:
    return {"name": "cluster", "outcome": {"joining": {"key": "{labels.cluster}"}} | outcome}


async def test_a_ticket_is_work_for_the_queue_and_pages_nobody(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await route(client, TICKETS)
    incident = await incident_of(dependencies, await fire(client, path, "a"))
    assert incident.work_item is not None
    assert incident.work_item.open
    assert (incident.severity, incident.pages, pages_nobody(incident)) == ("SEV2", (), True)


async def test_a_ticket_whose_alert_names_no_severity_is_no_reason_to_page(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await route(client, {"name": "later", "outcome": {"ticket_only": True}})
    url = path.replace("alertmanager", "generic")
    answer = (await client.post(url, json={"title": "x", "dedup_key": "x"})).json()
    incident = await incident_of(dependencies, answer)
    assert (incident.severity, pages_nobody(incident), incident.pages) == ("SEV4", True, ())


async def test_an_alert_that_pages_never_joins_a_ticket_and_the_other_way_round(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    quiet = {"field": "labels.env", "comparison": "equals", "values": ["staging"]}
    await route(
        client, by_cluster(ticket_only=True) | {"conditions": [quiet]}, by_cluster() | {"name": "2"}
    )
    ticket = await fire(client, path, "a", cluster="eu-1", env="staging")
    loud = await fire(client, path, "b", cluster="eu-1")
    assert ticket["incident_id"] != loud["incident_id"]
    assert not pages_nobody(await incident_of(dependencies, loud))
    again = await fire(client, path, "c", cluster="eu-1", env="staging")
    assert again["incident_id"] == ticket["incident_id"]


async def test_once_the_rule_is_gone_the_next_message_of_a_ticket_pages(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await route(client, TICKETS)
    ticket = await fire(client, path, "a")
    assert (await fire(client, path, "a"))["outcome"] == "unchanged"
    await route(client)
    paging = await fire(client, path, "a")
    assert (paging["outcome"], paging["incident_id"] != ticket["incident_id"]) == ("opened", True)
    incident = await incident_of(dependencies, paging)
    assert is_attended(incident) or incident.escalation_policy_id is None
    assert not pages_nobody(incident)
    assert (await fire(client, path, "a"))["outcome"] == "unchanged"


async def test_whoever_says_the_same_key_shares_an_incident_and_without_one_nobody_does(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await route(client, by_cluster())
    first = await fire(client, path, "a", cluster="eu-1")
    second = await fire(client, path, "b", cluster="eu-1")
    other = await fire(client, path, "c", cluster="us-1")
    assert first["incident_id"] == second["incident_id"] != other["incident_id"]
    assert second["outcome"] == "joined"
    alone = await fire(client, path, "d")
    assert alone["outcome"] == "opened"


async def declared(client: AsyncClient, service_id: str, **members: Any) -> str:
    body = {"title": "By hand", "service_id": service_id, "severity": "SEV2"} | members
    answer = await client.post("/v1/incidents", json=body)
    assert answer.status_code == 201, answer.text
    incident_id: str = answer.json()["incident_id"]
    return incident_id


def knows(monkeypatch: pytest.MonkeyPatch, incident_id: str) -> None:
    """Have the read model know of this open incident, of whatever service."""

    async def newest(_database: Database, _service_id: ServiceId) -> IncidentId:
        return IncidentId(UUID(incident_id))

    monkeypatch.setattr(taking, "newest_open", newest)


SERVICE: dict[str, Any] = {"name": "one at a time", "outcome": {"joining": {}}}


async def test_alerts_join_the_open_incident_of_their_service_whoever_declared_it(
    client: AsyncClient, dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await route(client, SERVICE)
    by_hand = await declared(client, "checkout")
    knows(monkeypatch, by_hand)
    assert (await fire(client, path, "a"))["incident_id"] == by_hand
    assert (await fire(client, path, "b"))["incident_id"] == by_hand


@pytest.mark.parametrize(
    ("service_id", "members"),
    [("storage", {}), ("checkout", {"private": True}), ("checkout", {"drill": True})],
    ids=["of another service", "a private one", "a drill"],
)
async def test_no_alert_joins_an_incident_that_is_not_the_service_s_to_share(
    client: AsyncClient,
    dependencies: Dependencies,
    monkeypatch: pytest.MonkeyPatch,
    service_id: str,
    members: dict[str, Any],
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await client.put("/v1/services/storage", json={"name": "S", "escalation_policy_id": None})
    await route(client, SERVICE)
    knows(monkeypatch, await declared(client, service_id, **members))
    first, second = await fire(client, path, "a"), await fire(client, path, "b")
    assert (first["outcome"], second["outcome"]) == ("opened", "joined")
    assert first["incident_id"] == second["incident_id"]


async def test_the_trial_says_what_it_joins_and_that_it_would_page_nobody(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    _, integration_id = await integration_in(client, dependencies)
    await route(client, by_cluster(ticket_only=True))
    [one] = (await tried(client, generic(integration_id, labels={"cluster": "eu-1"})))["tried"]
    assert (one["joins"], one["ticket_only"]) == ({"rule": "cluster", "key": "eu-1"}, True)
    assert one["group_key"] == "eu-1"
    assert one["applied"][0]["said"] == ["joining", "ticket_only"]
