"""What goes straight to its endpoint is answered as by the router, and what fails there as well."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from httpx import AsyncClient, Response

from services.access.secret_keys import new_key
from services.api.dependencies import Dependencies
from services.api.intake.doors import Doors
from services.api.intake.routes import router
from services.api.intake.sources import all_sources
from tests.services.api.intake.hostile import HOSTILE
from tests.services.api.intake.test_every_door import (
    DOORS,
    EVERY_DOOR,
    EVERY_KIND,
    Door,
    good,
    key_for,
    send,
)

OURS = {source.path for source in all_sources()}


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as captured:
        yield captured


async def nothing(*_: object) -> None:
    """Answer nothing."""


def shape(answer: Response) -> tuple[int, dict[str, str], Any]:
    """What two answers to the same message have in common, whatever ids they name."""
    headers = {name: text for name, text in answer.headers.items() if name != "content-length"}
    for name in ("x-request-id", "x-response-time"):
        headers.pop(name, None)
    is_json = answer.content and "json" in answer.headers["content-type"]
    return answer.status_code, headers, sorted(answer.json()) if is_json else None


def test_every_path_without_parts_that_vary_is_in_the_table_and_every_path_of_ours() -> None:
    found = {path for _, path in Doors(nothing, router.routes)._doors}
    straight = {door.path for door in DOORS if "{" not in door.path or door.path in OURS}
    assert straight <= found


@EVERY_DOOR
async def test_the_table_and_the_router_lead_to_the_same_answer(
    client: AsyncClient,
    dependencies: Dependencies,
    door: Door,
    lines: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = await key_for(client, dependencies)
    sent = [(new_key("ingest").text, good(door)), (key, good(door))]
    sent += [(key, HOSTILE[name](door.example)) for name in ("no JSON", "a list")]
    await send(client, door, key, good(door))  # so that each of the next two is a repeat
    lines.clear()
    straight = [shape(await send(client, door, *one)) for one in sent]
    logged = [(line["route"], line["status"]) for line in lines if "route" in line]
    lines.clear()
    monkeypatch.setattr(Doors, "_door_of", lambda *_: (None, {}))
    assert [shape(await send(client, door, *one)) for one in sent] == straight
    assert [(line["route"], line["status"]) for line in lines if "route" in line] == logged


@EVERY_KIND
async def test_a_defect_behind_a_door_is_told_without_its_detail_and_logged_with_it(
    client: AsyncClient,
    dependencies: Dependencies,
    door: Door,
    lines: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = await key_for(client, dependencies)

    async def failing(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(dependencies.senders, "sender_with", failing)
    lines.clear()
    answer = await send(client, door, key, good(door))
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert [line["event"] for line in lines] == ["request_failed", "request_handled"]
