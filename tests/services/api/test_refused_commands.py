"""Whoever is refused a command is remembered, and nobody waits long for that."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from events.ids import ResponderId
from services.api.dependencies import Dependencies
from tests.services.api.kept_refusals import KeptRefusals
from tests.services.api.key_holders import holder_of

SERVICE = {"name": "Checkout", "escalation_policy_id": "nowhere"}


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as captured:
        yield captured


@pytest.fixture
async def observer(dependencies: Dependencies) -> dict[str, str]:
    return await holder_of(dependencies.log, ApiScope.OBSERVER)


async def test_a_missing_permission_is_remembered_with_who_what_and_on_what(
    client: AsyncClient, observer: dict[str, str], refusals: KeptRefusals
) -> None:
    headers = {**observer, "X-Request-Id": "night-shift-1"}
    answer = await client.put("/v1/services/checkout", json=SERVICE, headers=headers)
    assert answer.status_code == 403
    (kept,) = refusals.refused
    assert kept.command == "PUT /v1/services/{service_id}"
    assert kept.target == "/v1/services/checkout"
    assert kept.refusal == "PermissionMissing"
    assert kept.metadata.principal.startswith("api_key:")
    assert kept.metadata.correlation_id == "night-shift-1"


async def test_a_retry_under_the_same_key_is_the_same_refused_command(
    client: AsyncClient, observer: dict[str, str], refusals: KeptRefusals
) -> None:
    for key in ("one", "one", "two"):
        headers = {**observer, "Idempotency-Key": key}
        await client.put("/v1/services/checkout", json=SERVICE, headers=headers)
    assert len(refusals.refused) == 2


async def test_an_invalid_command_names_the_person_it_was_given_for(
    client: AsyncClient, dependencies: Dependencies, refusals: KeptRefusals
) -> None:
    ada = await holder_of(dependencies.log, ApiScope.ADMIN, responder_id=ResponderId("ada"))
    answer = await client.put("/v1/services/checkout", json={"nme": "secret text"}, headers=ada)
    assert answer.status_code == 422
    (kept,) = refusals.refused
    assert (kept.refusal, kept.metadata.on_behalf_of) == ("RequestInvalid", "ada")
    assert "secret text" not in repr(kept)


async def test_reads_and_strangers_fill_no_table(
    client: AsyncClient, dependencies: Dependencies, refusals: KeptRefusals
) -> None:
    sender = await holder_of(dependencies.log, ApiScope.INGEST)
    assert (await client.get("/v1/events", headers=sender)).status_code == 403
    assert (await client.put("/v1/services/checkout", json=SERVICE)).status_code == 401
    nobody = {"Authorization": "Bearer tocsin_key_wrong"}
    answer = await client.post("/v1/incidents", json={"title": "x"}, headers=nobody)
    assert answer.status_code == 401
    assert refusals.refused == []


async def test_a_key_in_a_path_is_never_kept(
    client: AsyncClient, dependencies: Dependencies, refusals: KeptRefusals
) -> None:
    admin = await holder_of(dependencies.log, ApiScope.ADMIN)
    text = admin["Authorization"].removeprefix("Bearer ")
    await client.put(f"/v1/services/{text}%00", json={}, headers=admin)
    (kept,) = refusals.refused
    assert text not in repr(kept)


async def test_a_refusal_that_cannot_be_kept_is_answered_counted_and_told(
    client: AsyncClient,
    dependencies: Dependencies,
    observer: dict[str, str],
    refusals: KeptRefusals,
    lines: list[Any],
) -> None:
    refusals.is_down = True
    answer = await client.put("/v1/services/checkout", json=SERVICE, headers=observer)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission-missing")
    assert dependencies.refused.unrecorded == 1
    told = next(line for line in lines if line["event"] == "refusal_unrecorded")
    assert (told["target"], told["refusal"]) == ("/v1/services/checkout", "PermissionMissing")


async def test_a_database_that_hangs_holds_a_refusal_up_for_a_moment_only(
    client: AsyncClient,
    dependencies: Dependencies,
    observer: dict[str, str],
    refusals: KeptRefusals,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hangs(_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(refusals, "record", hangs)
    dependencies.refused.within = 0.05
    began = time.monotonic()
    answer = await client.put("/v1/services/checkout", json=SERVICE, headers=observer)
    assert answer.status_code == 403
    assert time.monotonic() - began < 1
    assert dependencies.refused.unrecorded == 1
