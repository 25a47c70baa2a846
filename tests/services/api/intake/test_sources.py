"""Intake sources: each is registered by being there, and served, counted and described alike."""

from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from services.api.dependencies import Dependencies
from services.api.http.guard import Public, operations
from services.api.http.load_shedding import Priority, priority_of
from services.api.intake import sources
from services.api.intake.source import Source
from services.api.intake.sources import all_sources, sources_below
from tests.services.api.intake.test_alertmanager_route import monitor_at
from tests.services.api.kept_letters import KeptLetters

SOURCES = pytest.mark.parametrize("source", all_sources(), ids=lambda source: source.name)
OF_BODIES = pytest.mark.parametrize(  # of a ping the address says it all
    "source",
    [one for one in all_sources() if "application/json" in one.body["content"]],
    ids=lambda source: source.name,
)


def test_every_module_among_the_sources_is_a_source_named_after_its_file() -> None:
    for module, source in sources_below(sources.__name__):
        assert f"_{source.name}".replace("-", "_").endswith(f"_{module}")
    names = [source.name for source in all_sources()]
    assert sorted(set(names)) == names
    assert "grafana" in names  # of a group


@OF_BODIES
def test_every_source_is_described_with_an_example_and_its_errors(
    app: FastAPI, source: Source[Any, Any]
) -> None:
    operation = app.openapi()["paths"][source.path]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    assert content["schema"]
    assert {"400", "401", "503"} <= operation["responses"].keys()
    assert operation["description"]


@SOURCES
def test_no_source_is_ever_shed(app: FastAPI, source: Source[Any, Any]) -> None:
    marks = {route.path: mark for route, mark in operations(app.router.routes)}
    assert isinstance(marks[source.path], Public)
    assert priority_of(None, source.path) is Priority.NEVER_SHED


@OF_BODIES
async def test_the_example_of_every_source_is_taken_or_lacks_a_signature(
    client: AsyncClient, dependencies: Dependencies, source: Source[Any, Any]
) -> None:
    path, _ = await monitor_at(client, dependencies)
    example = source.body["content"]["application/json"]["example"]
    answer = await client.post(path.replace("alertmanager", source.name), json=example)
    assert answer.status_code == (401 if source.signed else source.status), answer.text


@OF_BODIES
async def test_a_body_that_nobody_can_read_is_kept_where_it_may_be_a_page(
    client: AsyncClient, dependencies: Dependencies, source: Source[Any, Any]
) -> None:
    path, _ = await monitor_at(client, dependencies)
    headers = {"Content-Type": "application/json"}
    url = path.replace("alertmanager", source.name)
    answer = await client.post(url, content=b"disk full", headers=headers)
    assert answer.status_code == 400
    assert isinstance(dependencies.dead_letters, KeptLetters)
    kept = [(one.source, one.beginning) for one in dependencies.dead_letters.kept]
    assert kept == ([(source.name, b"disk full")] if source.keeps_unreadable else [])


@SOURCES
async def test_an_integration_tells_the_url_of_every_source(
    client: AsyncClient, dependencies: Dependencies, source: Source[Any, Any]
) -> None:
    _, admin = await monitor_at(client, dependencies)
    body = {"name": "Any", "service_id": "checkout"}
    made = (await admin.post("/v1/integrations", json=body)).json()
    assert made["urls"][source.name].endswith(f"/v1/integrations/{made['key']}/{source.name}")
