"""Routing rules are read as they were set; what cannot work is refused by its field."""

import json
from typing import Any

import pytest
from httpx import AsyncClient

from services.api.resources.routing.bodies import EXAMPLE
from tests.services.api.test_configuration_reads import admin, projecting, set_up

__all__ = ["admin", "projecting"]  # fixtures

pytestmark = pytest.mark.stack
PATH = "/v1/routing-rules/organisation"
TRIALS = "/v1/routing-rules/test"


async def test_rules_are_read_as_they_were_set(admin: AsyncClient) -> None:
    made = await admin.put(PATH, json=EXAMPLE)
    assert made.status_code == 200, made.text
    query = {"after_position": made.json()["position"]}
    shown = await admin.get(PATH, params=query)
    assert [rule["name"] for rule in shown.json()["rules"]] == [
        rule["name"] for rule in EXAMPLE["rules"]
    ]
    again = await admin.put(PATH, json={"rules": shown.json()["rules"]})
    assert again.json()["position"] == made.json()["position"]
    every = await admin.get("/v1/routing-rules", params=query)
    assert [one["routing_rules_id"] for one in every.json()["routing_rules"]] == ["organisation"]


async def test_a_dry_run_stores_nothing(admin: AsyncClient) -> None:
    tried = await admin.put(PATH, json=EXAMPLE, headers={"Tocsin-Dry-Run": "true"})
    assert tried.json()["status"] == "dry_run"
    assert (await admin.get(PATH)).status_code == 404


@pytest.mark.parametrize(
    ("path", "rule", "field"),
    [
        ("organisation", {"expression": "title.matches('(a+)+')"}, "rules.0.expression"),
        (
            "organisation",
            {"conditions": [{"field": "title", "comparison": "matches", "values": ["("]}]},
            "rules.0.conditions.0.values.0",
        ),
        (
            "organisation",
            {"outcome": {"service_id": "nowhere"}},
            "body.rules.0.outcome.service_id",
        ),
        ("team.nobody", {}, "path.routing_rules_id"),
        ("payments", {}, "routing_rules_id"),
    ],
)
async def test_a_refusal_names_the_field(
    admin: AsyncClient, path: str, rule: dict[str, Any], field: str
) -> None:
    await set_up(admin)
    body = {"rules": [{"name": "one"} | rule]}
    refused = await admin.put(f"/v1/routing-rules/{path}", json=body)
    assert refused.status_code == 422, refused.text
    assert field in refused.text


async def test_an_alert_and_its_timeline_say_which_rule_decided_and_a_trial_says_the_same(
    admin: AsyncClient,
) -> None:
    service = {"name": "Checkout", "escalation_policy_id": None}
    await admin.put("/v1/services/checkout", json=service)
    created = (
        await admin.post("/v1/integrations", json={"name": "eu-1", "service_id": "checkout"})
    ).json()
    await admin.put(PATH, json=EXAMPLE)
    body = {"title": "Disk full", "dedup_key": "d", "labels": {"host": "db-1"}}
    message = {
        "integration_id": created["integration_id"],
        "source": "generic",
        "body": json.dumps(body),
    }
    tried = (await admin.post(TRIALS, json={"message": message})).json()
    assert [step["matches"] for step in tried["tried"][0]["steps"]] == [False, True]
    fired = (await admin.post(f"/v1/integrations/{created['key']}/generic", json=body)).json()
    incident, query = f"/v1/incidents/{fired['incident_id']}", {"after_position": fired["position"]}
    applied = tried["tried"][0]["applied"]
    assert applied == [
        {
            "routing_rules_id": "organisation",
            "number": 1,
            "rule": "Disks by host",
            "said": ["severity", "grouping"],
        }
    ]
    [alert] = (await admin.get(f"{incident}/alerts", params=query)).json()["alerts"]
    assert alert["applied"] == applied
    shown = (await admin.get(incident, params=query)).json()
    assert shown["alerts"][0]["applied"] == applied
    assert shown["severity"] == tried["tried"][0]["severity"] == "SEV2"
    timeline = (await admin.get(f"{incident}/timeline", params=query)).text
    assert "routing rule Disks by host (organisation, version 1) decided its severity" in timeline


async def test_a_suppressed_alert_is_listed_with_its_rule_until_it_has_passed(
    admin: AsyncClient,
) -> None:
    service = {"name": "Checkout", "escalation_policy_id": None}
    await admin.put("/v1/services/checkout", json=service)
    created = (
        await admin.post("/v1/integrations", json={"name": "eu-1", "service_id": "checkout"})
    ).json()
    await admin.put(PATH, json={"rules": [{"name": "quiet", "outcome": {"suppress": True}}]})
    url = f"/v1/integrations/{created['key']}/generic"
    body = {"title": "Disk full", "dedup_key": "d", "severity": "sev2"}
    fired = (await admin.post(url, json=body)).json()
    query = {"after_position": fired["position"], "reason": "suppressed"}
    [one] = (await admin.get("/v1/held-alerts", params=query)).json()["alerts"]
    assert (one["state"], one["title"]) == ("held", "Disk full")
    assert one["labels"] == {"severity": "SEV2"}
    hold = one["hold"]
    assert (hold["reason"], hold["by"], hold["owner"]) == ("suppressed", "quiet", "organisation")
    ended = (await admin.post(url, json=body | {"status": "resolved"})).json()
    query = {"after_position": ended["position"]}
    assert (await admin.get("/v1/held-alerts", params=query)).json()["alerts"] == []
    query |= {"state": "passed"}
    [over] = (await admin.get("/v1/held-alerts", params=query)).json()["alerts"]
    assert over["hold"] == hold
    await admin.put(PATH, json={"rules": []})
    again = (await admin.post(url, json=body)).json()
    query = {"after_position": again["position"]}
    incident = f"/v1/incidents/{again['incident_id']}"
    [alert] = (await admin.get(f"{incident}/alerts", params=query)).json()["alerts"]
    assert (alert["state"], alert["occurrences"], alert["hold"]) == ("triggered", 2, None)


async def test_an_alert_joins_what_somebody_declared_for_its_service_and_opens_else(
    admin: AsyncClient,
) -> None:
    service = {"name": "Checkout", "escalation_policy_id": None}
    await admin.put("/v1/services/checkout", json=service)
    created = (
        await admin.post("/v1/integrations", json={"name": "eu-1", "service_id": "checkout"})
    ).json()
    await admin.put(PATH, json={"rules": [{"name": "one", "outcome": {"joining": {}}}]})
    body = {"title": "By hand", "service_id": "checkout", "severity": "SEV2"}
    by_hand = (await admin.post("/v1/incidents", json=body)).json()
    query = {"after_position": by_hand["position"]}
    shown = await admin.get(f"/v1/incidents/{by_hand['incident_id']}", params=query)
    assert shown.status_code == 200, shown.text
    url = f"/v1/integrations/{created['key']}/generic"
    fired = (await admin.post(url, json={"title": "Disk full", "dedup_key": "d"})).json()
    assert (fired["outcome"], fired["incident_id"]) == ("joined", by_hand["incident_id"])


async def test_an_incident_says_which_of_its_alerts_keep_it_open(admin: AsyncClient) -> None:
    service = {"name": "Checkout", "escalation_policy_id": None}
    await admin.put("/v1/services/checkout", json=service)
    created = (
        await admin.post("/v1/integrations", json={"name": "eu-1", "service_id": "checkout"})
    ).json()
    grouping = {"fields": [], "window_seconds": 3600, "rolling": True}
    await admin.put(PATH, json={"rules": [{"name": "all", "outcome": {"grouping": grouping}}]})
    url = f"/v1/integrations/{created['key']}/generic"
    bodies = [{"title": f"Disk {key}", "dedup_key": key, "severity": "sev2"} for key in "abc"]
    fired = [(await admin.post(url, json=body)).json() for body in bodies]
    assert len({one["incident_id"] for one in fired}) == 1
    why = f"/v1/incidents/{fired[0]['incident_id']}/still-open"
    ended = (await admin.post(url, json=bodies[1] | {"status": "resolved"})).json()
    shown = (await admin.get(why, params={"after_position": ended["position"]})).json()
    assert (shown["open"], shown["alerts_firing"]) == (True, 2)
    assert [one["dedup_key"] for one in shown["firing"]] == ["c", "a"]
    assert shown["reasons"][:2] == ["2 of its alerts fire.", "Nobody is being paged for it."]
    for body in bodies:
        ended = (await admin.post(url, json=body | {"status": "resolved"})).json()
    shown = (await admin.get(why, params={"after_position": ended["position"]})).json()
    assert (shown["firing"], shown["open"]) == ([], True)
    assert shown["reasons"][0] == "No alert of it fires; people resolve an incident."
