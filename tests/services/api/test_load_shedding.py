"""Too many requests: reads are turned away first, and never an alert or an acknowledgement."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from events.log.memory import MemoryLog
from services.api.dependencies import Dependencies
from services.api.http import incident_in_path
from services.api.http.guard import Requires, operations
from services.api.http.load_shedding import (
    LIMITS,
    WAIT_SECONDS,
    ConcurrencyLimit,
    LoadShedding,
    Overloaded,
    Priority,
    priority_of,
)
from services.api.reaching import CONNECTIONS
from services.api.resources.operations import health
from tests.services.api.key_holders import holder_of

STORES_NOTHING = (
    "/backtest",
    "/what-if",
    "/routing-rules/test",
    "/mapping/test",
    "/maintenance-windows/preview",
)
ONE = {priority: ConcurrencyLimit(at_once=1, waiting=1) for priority in LIMITS}


@pytest.fixture
def dependencies(dependencies: Dependencies) -> Dependencies:
    return replace(dependencies, load_shedding=LoadShedding(ONE))


@asynccontextmanager
async def flooded(shedding: LoadShedding, priority: Priority) -> AsyncIterator[None]:
    """Take the one place there is, and the one place to wait for it."""
    async with shedding.entered(priority):
        waiting = asyncio.create_task(shedding.entered(priority).__aenter__())
        await asyncio.sleep(0)
        yield
        waiting.cancel()
        await asyncio.wait([waiting])


async def test_a_read_too_many_is_told_at_once_to_come_again(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    admin = await holder_of(dependencies.log, ApiScope.ADMIN)
    began = asyncio.get_running_loop().time()
    async with flooded(dependencies.load_shedding, Priority.READ):
        answer = await client.get("/v1/events", headers=admin)
    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert answer.headers["retry-after"] == "1"
    assert asyncio.get_running_loop().time() - began < WAIT_SECONDS / 2
    assert dependencies.load_shedding.shed == {Priority.READ: 1, Priority.LOW: 0, Priority.HIGH: 0}
    assert (await client.get("/v1/events", headers=admin)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v1/reports/quarterly/2026-Q4",
        "/v1/reports",
        "/v1/practice",
        "/v1/metrics/load",
        "/v1/metrics/alert-quality",
        "/v1/metrics/response",
    ],
)
async def test_reports_and_what_they_are_made_of_are_put_off_like_every_read(
    client: AsyncClient, dependencies: Dependencies, path: str
) -> None:
    admin = await holder_of(dependencies.log, ApiScope.ADMIN)
    async with flooded(dependencies.load_shedding, Priority.READ):
        answer = await client.get(path, headers=admin)
        declared = await client.post("/v1/incidents", json={"title": "Slow"}, headers=admin)
    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert answer.headers["retry-after"] == "1"
    assert declared.status_code == 201
    assert dependencies.load_shedding.shed[Priority.READ] == 1


async def test_writes_go_on_while_reads_are_turned_away(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    assert isinstance(dependencies.log, MemoryLog)
    admin = await holder_of(dependencies.log, ApiScope.ADMIN)
    async with flooded(dependencies.load_shedding, Priority.READ):
        answer = await client.post("/v1/incidents", json={"title": "Slow"}, headers=admin)
    assert answer.status_code == 201


async def test_incidents_go_on_while_changes_of_configuration_are_turned_away(
    client: AsyncClient, dependencies: Dependencies
) -> None:
    admin = await holder_of(dependencies.log, ApiScope.ADMIN)
    async with flooded(dependencies.load_shedding, Priority.LOW):
        changed = await client.put("/v1/responders/ada", json={"name": "Ada"}, headers=admin)
        declared = await client.post("/v1/incidents", json={"title": "Slow"}, headers=admin)
    assert (changed.status_code, declared.status_code) == (503, 201)


async def test_a_flood_of_questions_for_health_makes_one_look(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[asyncio.Event] = []

    async def look(_: Dependencies) -> list[str]:
        begun.append(asyncio.Event())
        await begun[-1].wait()
        return [f"look {len(begun)}"]

    async def asked() -> list[str]:
        degraded: list[str] = (await client.get("/health/ready")).json()["degraded"]
        return degraded

    monkeypatch.setattr(health, "LOOKS", (look,))
    for number in (1, 2):
        flood = [asyncio.create_task(asked()) for _ in range(20)]
        await asyncio.sleep(0.2)
        flood[0].cancel()  # whoever leaves takes nothing from the others
        await asyncio.sleep(0)
        begun[-1].set()
        told = await asyncio.gather(*flood[1:])
        assert told == [[f"look {number}"]] * 19
        assert len(begun) == number


async def test_who_names_an_incident_in_vain_holds_no_place_until_the_refusal_is_due(
    client: AsyncClient, dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_in_path, "REFUSAL_SECONDS", 0.8)
    admin = await holder_of(dependencies.log, ApiScope.ADMIN)
    began = asyncio.get_running_loop().time()
    in_vain = asyncio.create_task(client.get("/v1/incidents/checkout", headers=admin))
    await asyncio.sleep(0.2)
    assert (await client.get("/v1/events", headers=admin)).status_code == 200
    assert asyncio.get_running_loop().time() - began < 0.6
    assert (await in_vain).status_code == 404
    assert asyncio.get_running_loop().time() - began >= 0.8


async def test_who_waits_for_a_place_gets_the_next_one() -> None:
    shedding = LoadShedding(ONE)
    async with shedding.entered(Priority.HIGH):
        waiting = asyncio.create_task(shedding.entered(Priority.HIGH).__aenter__())
        await asyncio.sleep(0)
        assert not waiting.done()
    await asyncio.wait_for(waiting, 0.5)


async def test_nobody_waits_for_a_place_longer_than_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.api.http.load_shedding.WAIT_SECONDS", 0.02)
    shedding = LoadShedding(ONE)
    async with shedding.entered(Priority.LOW):
        with pytest.raises(Overloaded):
            await shedding.entered(Priority.LOW).__aenter__()
    async with shedding.entered(Priority.LOW):
        assert shedding.shed[Priority.LOW] == 1


def test_every_operation_has_the_priority_that_people_expect(app: FastAPI) -> None:
    priorities = {
        (min(route.methods or ""), route.path): priority_of(
            mark.permission if isinstance(mark, Requires) else None, route.path
        )
        for route, mark in operations(app.router.routes)
        if isinstance(route, APIRoute)
    }
    assert {path for (_, path), one in priorities.items() if one is Priority.NEVER_SHED} >= {
        "/v1/integrations/{key}/alertmanager",
        "/v1/incidents/{incident_id}/acknowledgement",
        "/ack/{token}",
        "/health/live",
        "/health/ready",
        "/metrics",
    }
    for (method, path), priority in priorities.items():
        # An export is as urgent as the reads that follow it; an address is a key of somebody's.
        as_something_else = path.endswith(("/inventory", "/mail-addresses"))
        only_reads = method == "GET" or path.endswith(STORES_NOTHING)
        if priority is not Priority.NEVER_SHED and not as_something_else:
            assert (priority is Priority.READ) == only_reads, path
    assert priorities["POST", "/v1/incidents"] is Priority.HIGH
    assert priorities["PUT", "/v1/services/{service_id}"] is Priority.LOW


def test_a_flood_of_reads_and_changes_leaves_connections_for_what_matters() -> None:
    assert LIMITS[Priority.READ].at_once + LIMITS[Priority.LOW].at_once <= CONNECTIONS * 0.8
