"""Which list is asked first, how long a group takes alerts, and how many a message may make."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from services.api.dependencies import Dependencies
from tests.services.api.intake.monitor import body_of, one_alert
from tests.services.api.intake.test_alertmanager_route import monitor_at
from tests.services.api.intake.test_routing import fire, incident_of, route
from tests.services.api.intake.test_rule_trials import integration_in

NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIFTY = 50  # groups of one message

type At = Callable[[timedelta], None]


@pytest.fixture
def at(app: FastAPI, dependencies: Dependencies) -> At:
    """Sets the clock to so long after three at night."""

    def set_to(after: timedelta) -> None:
        app.state.dependencies = replace(dependencies, clock=lambda: NIGHT + after)

    return set_to


async def put(client: AsyncClient, path: str, **body: Any) -> None:
    answer = await client.put(f"/v1/{path}", json=body)
    assert answer.status_code == 200, answer.text


async def test_a_fixed_window_counts_from_the_first_alert_of_its_group(
    client: AsyncClient, dependencies: Dependencies, at: At
) -> None:
    path, _ = await monitor_at(client, dependencies)
    grouping = {"fields": ["labels.host"], "window_seconds": 3600}
    await route(client, {"name": "by host", "outcome": {"grouping": grouping}})
    at(timedelta(0))
    first = await fire(client, path, "a", host="db-1")
    at(HOUR - timedelta(seconds=1))
    within = await fire(client, path, "b", host="db-1")
    at(HOUR)
    behind = await fire(client, path, "c", host="db-1")
    at(HOUR + timedelta(minutes=1))
    after = await fire(client, path, "d", host="db-1")
    repeat = await fire(client, path, "a", host="db-1")
    assert within["incident_id"] == first["incident_id"]
    assert (behind["outcome"], after["outcome"]) == ("opened", "joined")
    assert behind["incident_id"] == after["incident_id"] != first["incident_id"]
    assert repeat["alerts"][0]["incident_id"] == first["incident_id"]  # it is open: it stays
    assert repeat["outcome"] == "unchanged"


async def test_an_alert_that_ended_fires_again_in_the_incident_of_its_new_window(
    client: AsyncClient, dependencies: Dependencies, at: At
) -> None:
    path, _ = await monitor_at(client, dependencies)
    grouping = {"window_seconds": 60}
    await route(client, {"name": "all", "outcome": {"grouping": grouping}})
    at(timedelta(0))
    first = await fire(client, path, "a")
    at(timedelta(seconds=30))
    over = {"dedup_key": "a", "status": "resolved", "title": "Trouble a"}
    ended = await client.post(path.replace("alertmanager", "generic"), json=over)
    assert ended.json()["alerts"][0]["state"] == "resolved"
    at(HOUR)
    again = await fire(client, path, "a")
    assert again["outcome"] == "opened"
    assert again["incident_id"] != first["incident_id"]


async def test_a_rule_names_who_is_paged_in_place_of_the_services_policy(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    contact = {"channel": "email", "address": "ana@example.com"}
    await put(client, "responders/ana", name="Ana", contact_methods=[contact])
    level = {"targets": [{"responder_id": "ana"}], "escalation_timeout_seconds": 300}
    for name in ("calm", "night"):
        await put(client, f"escalation-policies/{name}", name=name, levels=[level])
    await put(client, "services/checkout", name="Checkout", escalation_policy_id="calm")
    rule = {
        "name": "at night",
        "conditions": [{"field": "labels.when", "comparison": "equals", "values": ["night"]}],
        "outcome": {"escalation_policy_id": "night"},
    }
    await route(client, rule)
    routed = await incident_of(dependencies, await fire(client, path, "a", when="night"))
    as_sent = await incident_of(dependencies, await fire(client, path, "b", when="noon"))
    assert (routed.service_id, routed.escalation_policy_id) == ("checkout", "night")
    assert (as_sent.service_id, as_sent.escalation_policy_id) == ("checkout", "calm")


async def test_an_integrations_rules_are_asked_first_then_its_teams_then_everybodys(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, integration_id = await integration_in(client, dependencies)
    await put(client, "teams/payments", name="Payments", members=[])
    service = {"name": "Checkout", "escalation_policy_id": None, "team_id": "payments"}
    await put(client, "services/checkout", **service)
    every = {"title": "organisation", "severity": "SEV1"}
    await route(client, {"name": "all", "outcome": every})
    teams = {"title": "team", "severity": "SEV2"}
    of_the_team = {"name": "all", "outcome": teams, "goes_on": True}
    await put(client, "routing-rules/team.payments", rules=[of_the_team])
    a = await incident_of(dependencies, await fire(client, path, "a"))
    assert (a.title, a.severity) == ("team", "SEV2")
    mine = {"name": "all", "outcome": {"title": "integration"}, "goes_on": True}
    await put(client, f"routing-rules/integration.{integration_id}", rules=[mine])
    b = await incident_of(dependencies, await fire(client, path, "b"))
    assert (b.title, b.severity) == ("integration", "SEV2")
    await put(
        client, f"routing-rules/integration.{integration_id}", rules=[mine | {"goes_on": False}]
    )
    c = await incident_of(dependencies, await fire(client, path, "c"))
    assert (c.title, c.severity) == ("integration", "SEV3")  # nobody else was asked


async def test_a_teams_rules_go_with_its_service_at_once(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await put(client, "teams/payments", name="Payments", members=[])
    await put(
        client,
        "routing-rules/team.payments",
        rules=[{"name": "all", "outcome": {"severity": "SEV1"}}],
    )
    severities = []
    for key, team_id in (("a", None), ("b", "payments"), ("c", None)):
        service = {"name": "Checkout", "escalation_policy_id": None, "team_id": team_id}
        await put(client, "services/checkout", **service)
        severities.append((await incident_of(dependencies, await fire(client, path, key))).severity)
    assert severities == ["SEV3", "SEV1", "SEV3"]


@pytest.mark.parametrize("hosts", [FIFTY, FIFTY + 20])
async def test_a_message_makes_so_many_groups_and_what_is_left_stays_together(
    client: AsyncClient, dependencies: Dependencies, hosts: int
) -> None:
    path, _ = await monitor_at(client, dependencies)
    no_storms = {"storm_above": None}
    await put(client, "services/checkout/alert-handling", alert_handling=no_storms)
    await route(client, {"name": "by host", "outcome": {"grouping": {"fields": ["labels.host"]}}})
    alerts = [one_alert(f"alert {number}") for number in range(hosts)]
    for number, alert in enumerate(alerts):
        alert["labels"]["host"] = f"db-{number}"
    answer = (await client.post(path, json=body_of(*alerts))).json()
    assert answer["alerts_read"] == hosts  # none is lost
    incidents = [one["incident_id"] for one in answer["alerts"]]
    assert None not in incidents
    left = max(0, hosts - FIFTY)
    assert len(set(incidents)) == FIFTY + bool(left)
    assert max(map(incidents.count, incidents)) == max(1, left)
    again = (await client.post(path, json=body_of(*alerts))).json()
    assert again["outcome"] == "unchanged"
