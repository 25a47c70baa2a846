"""A rule gives the incident its type and fields; what it names has to be there."""

from typing import Any

import pytest
from httpx import AsyncClient

from events.ids import incident_stream
from services.api.dependencies import Dependencies
from tests.services.api.intake.test_alertmanager_route import monitor_at
from tests.services.api.intake.test_routing import fire, incident_of, route
from tests.services.api.intake.test_rule_trials import generic, integration_in, tried

REGION: dict[str, Any] = {"field_id": "region", "label": "Region", "kind": "text"}
OWNER: dict[str, Any] = REGION | {"field_id": "owner", "needed": "declaration"}
TYPED: dict[str, Any] = {
    "name": "outages",
    "outcome": {"incident_type_id": "outage", "fields": {"region": ["{labels.region}"]}},
}


async def define_type(client: AsyncClient, *fields: dict[str, Any]) -> None:
    body = {"name": "Outage", "fields": list(fields)}
    answer = await client.put("/v1/incident-types/outage", json=body)
    assert answer.status_code == 200, answer.text


async def test_the_incident_has_the_type_and_what_the_alert_says_in_its_fields(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    path, _ = await monitor_at(client, dependencies)
    await define_type(client, REGION)
    await route(client, TYPED)
    incident = await incident_of(dependencies, await fire(client, path, "a", region="eu-1"))
    assert incident.custom.incident_type_id == "outage"
    assert incident.custom.texts_of("region") == ("eu-1",)


@pytest.mark.parametrize(
    "fields",
    [
        (),
        (REGION, {"field_id": "owner", "label": "Owner", "kind": "text", "needed": "declaration"}),
    ],
    ids=["the field is gone", "another one is needed"],
)
async def test_what_has_changed_since_the_rule_was_set_still_pages_and_is_said(
    client: AsyncClient, dependencies: Dependencies, fields: tuple[dict[str, Any], ...]
) -> None:
    path, integration_id = await integration_in(client, dependencies)
    await define_type(client, REGION)
    await route(client, TYPED)
    await define_type(client, *fields)
    said = await tried(client, generic(integration_id, labels={"region": "eu-1"}))
    [warning] = said["tried"][0]["typed"]["warnings"]
    answer = await fire(client, path, "a", region="eu-1")
    assert answer["outcome"] == "opened"
    incident = await incident_of(dependencies, answer)
    assert incident.incident_id is not None
    [declared, *_] = await dependencies.log.read_stream(incident_stream(incident.incident_id))
    assert warning.encode() in declared.payload


@pytest.mark.parametrize(
    ("outcome", "field"),
    [
        ({"incident_type_id": "nothing"}, "rules.0.outcome.incident_type_id"),
        ({"incident_type_id": "outage", "fields": {"gone": ["x"]}}, "rules.0.outcome.fields.gone"),
        ({"incident_type_id": "outage", "fields": {"cost": ["x"]}}, "rules.0.outcome.fields.cost"),
        ({"incident_type_id": "outage"}, "rules.0.outcome.fields.region"),
        ({"fields": {"region": ["x"]}}, "rules.0.outcome.incident_type_id"),
    ],
    ids=["no type", "no field", "not a number", "a field that it needs", "no type at all"],
)
async def test_a_rule_is_refused_that_names_what_is_not_there(
    client: AsyncClient, dependencies: Dependencies, outcome: dict[str, Any], field: str
) -> None:
    await monitor_at(client, dependencies)
    cost = {"field_id": "cost", "label": "Cost", "kind": "number"}
    await define_type(client, REGION | {"needed": "declaration"}, cost)
    if "region" not in field:
        outcome = {**outcome, "fields": {"region": ["x"]} | outcome.get("fields", {})}
    body = {"rules": [{"name": "r", "outcome": outcome}]}
    refused = await client.put("/v1/routing-rules/organisation", json=body)
    assert refused.status_code == 422, refused.text
    assert field in refused.text
