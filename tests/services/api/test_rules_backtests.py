"""A backtest answers line by line, with what really happened beside what would have."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from events.configuration.api_key import ApiScope
from events.log.intake.arrivals import PostgresArrivals
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from services.api.app import create_app
from services.api.dependencies import Dependencies
from services.api.resources.routing import rules_backtests
from tests.eventually import eventually
from tests.keys import keyring
from tests.services.api.key_holders import holder_of
from tests.services.api.test_configuration_reads import projecting

__all__ = ["projecting"]  # fixture

pytestmark = pytest.mark.stack
PATH = "/v1/routing-rules/backtest"
DRAFT = {
    "routing_rules_id": "organisation",
    "rules": [{"name": "all", "outcome": {"grouping": {"fields": []}}}],
}


@pytest.fixture
async def admin(
    dependencies: Dependencies, log: PostgresLog, projecting: None
) -> AsyncIterator[AsyncClient]:
    """An admin of an API whose messages are kept in the database."""
    real = replace(
        dependencies,
        log=log,
        database=log.database,
        inbox=PostgresInbox(log.database),
        arrivals=PostgresArrivals(log.database, keyring()),
    )
    transport = ASGITransport(create_app(real))
    async with AsyncClient(transport=transport, base_url="http://tocsin") as client:
        client.headers.update(await holder_of(log, ApiScope.ADMIN))
        yield client


async def fired(admin: AsyncClient, alerts: int) -> str:
    """Fire some alerts, and return the position of the last."""
    service = {"name": "Checkout", "escalation_policy_id": None}
    await admin.put("/v1/services/checkout", json=service)
    created = await admin.post("/v1/integrations", json={"name": "eu-1", "service_id": "checkout"})
    position = ""
    for number in range(alerts):
        body = {"title": "Disk full", "dedup_key": f"d{number}"}
        path = f"/v1/integrations/{created.json()['key']}/generic"
        answer = await admin.post(path, json=body)
        assert answer.status_code == 200, answer.text
        position = answer.json()["position"]
    return position


async def lines(admin: AsyncClient, body: Any, **query: Any) -> list[dict[str, Any]]:
    answer = await admin.post(PATH, json=body, params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_one_group_would_have_been_one_incident_instead_of_three(
    admin: AsyncClient,
) -> None:
    position = await fired(admin, 3)
    answered: list[dict[str, Any]] = []

    async def counted() -> bool:  # what became of a message is kept a moment later
        answered[:] = await lines(admin, {"draft": DRAFT}, after_position=position)
        return bool(answered[-1]["result"]["messages"] == 3)

    await eventually("all messages are looked at", counted)
    *progress, last = answered
    assert progress
    assert all(0 <= one["progress"]["share"] <= 1 for one in progress)
    result = last["result"]
    assert (result["before"]["incidents"], result["after"]["incidents"]) == (3, 1)
    assert result["rules"] == [
        {
            "routing_rules_id": "organisation",
            "rule": "all",
            "before": None,
            "after": {"alerts": 3, "incidents": 1, "pages": 0, "held": 0},
        }
    ]
    assert result["recorded"] == {"incidents": 3, "paged": 0, "pages": 0}
    assert result["reaches_back"] is False
    assert result["starts_at"] == result["kept_since"]
    assert (await admin.get("/v1/routing-rules/organisation")).status_code == 404


async def test_where_nothing_is_kept_it_says_so(admin: AsyncClient) -> None:
    [last] = await lines(admin, {})
    result = last["result"]
    assert (result["kept_since"], result["messages"]) == (None, 0)
    assert (result["reaches_back"], result["rules"]) == (False, [])


@pytest.mark.parametrize(
    ("body", "query", "field"),
    [
        ({"draft": DRAFT | {"rules": [{"name": "x", "expression": "no"}]}}, {}, "expression"),
        ({}, {"since": "2199-01-01T00:00:00Z"}, "query.since"),
        ({}, {"quiet_minutes": 0}, "query.quiet_minutes"),
    ],
)
async def test_what_cannot_be_tried_is_refused_before_anything_is_read(
    admin: AsyncClient, body: Any, query: dict[str, Any], field: str
) -> None:
    refused = await admin.post(PATH, json=body, params=query)
    assert refused.status_code == 422, refused.text
    assert field in refused.text


async def test_only_a_few_run_at_once_in_one_process(
    admin: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules_backtests, "AT_ONCE", 0)
    refused = await admin.post(PATH, json={})
    assert refused.status_code == 503
    assert "retry-after" in refused.headers
