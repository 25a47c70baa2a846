"""A change can be asked about first: what it would change, or why it would be refused."""

from typing import Any

import pytest
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from services.api.dependencies import Dependencies
from tests.services.api.key_holders import holder_of
from tests.services.api.test_configuration import ADA, policy

DRY: dict[str, str] = {"Tocsin-Dry-Run": "true"}


@pytest.fixture
async def admin(client: AsyncClient, dependencies: Dependencies) -> AsyncClient:
    client.headers.update(await holder_of(dependencies.log, ApiScope.ADMIN))
    return client


async def receipt(admin: AsyncClient, path: str, body: Any, **headers: str) -> Any:
    answer = await admin.put(path, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_dry_run_tells_the_change_and_stores_nothing(admin: AsyncClient) -> None:
    for name in ("ada", "ben"):
        await receipt(admin, f"/v1/responders/{name}", ADA)
    before = await receipt(admin, "/v1/teams/payments", {"name": "Payments", "members": []})
    assert before["changes"] == ["It is new."]
    body = {"name": "Payments", "members": [{"responder_id": "ben", "manager": True}]}

    shown = await receipt(admin, "/v1/teams/payments", body, **DRY)
    assert (shown["status"], shown["version"]) == ("dry_run", before["version"])
    assert shown["changes"] == ["members: ben joins"]

    stored = await receipt(admin, "/v1/teams/payments", body)
    assert (stored["version"], stored["changes"]) == (before["version"] + 1, shown["changes"])
    again = await receipt(admin, "/v1/teams/payments", body)
    assert (again["version"], again["changes"]) == (stored["version"], [])


async def test_a_dry_run_is_refused_as_the_change_would_be(admin: AsyncClient) -> None:
    unknown = await admin.put("/v1/escalation-policies/default", json=policy("nobody"), headers=DRY)
    assert unknown.status_code == 422
    assert "nobody" in unknown.text
    stale = await admin.put("/v1/responders/ada", json=ADA, headers={**DRY, "If-Match": '"7"'})
    assert stale.status_code == 412


async def test_a_repeat_is_answered_what_the_first_request_changed(admin: AsyncClient) -> None:
    key = {"Idempotency-Key": "a-key-of-ours"}
    first = await receipt(admin, "/v1/responders/ada", ADA, **key)
    again = await receipt(admin, "/v1/responders/ada", ADA, **key)
    assert first["changes"] == ["It is new."]
    assert again["changes"] == ["It is new."]


async def test_anything_but_true_and_false_is_no_dry_run(admin: AsyncClient) -> None:
    answer = await admin.put("/v1/responders/ada", json=ADA, headers={"Tocsin-Dry-Run": "perhaps"})
    assert answer.status_code == 422
    assert "tocsin-dry-run" in answer.text
