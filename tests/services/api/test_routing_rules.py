"""Routing rules are read as they were set; what cannot work is refused by its field."""

from typing import Any

import pytest
from httpx import AsyncClient

from services.api.resources.routing.bodies import EXAMPLE
from tests.services.api.test_configuration_reads import admin, projecting, set_up

__all__ = ["admin", "projecting"]  # fixtures

pytestmark = pytest.mark.stack
PATH = "/v1/routing-rules/organisation"


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
