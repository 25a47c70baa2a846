"""Opsgenie's own description has what its senders ask of us, and what we answer."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest
from httpx import ASGITransport, AsyncClient

from events.log.queues.memory_inbox import MemoryInbox
from services.api.app import create_app
from services.api.dependencies import Dependencies
from tests.contracts.tap import Tap, TapTransport
from tests.services.api.intake.sources.opsgenie.opsgenie_door import OpsgenieDoor, opsgenie_at

pytestmark = pytest.mark.contracts

SITE: Final = "https://api.opsgenie.com"
ALIAS: Final = {"identifierType": "alias"}
# Its description forbids what its own samples of an action have: it joins two schemas, of which
# one allows nothing.
ACTION: Final[dict[str, str]] = {}


@pytest.fixture
async def dependencies(dependencies: Dependencies) -> Dependencies:
    return replace(dependencies, inbox=MemoryInbox())


@pytest.fixture
def tap() -> Tap:
    return Tap("opsgenie", SITE)


@pytest.fixture
async def door(
    client: AsyncClient, dependencies: Dependencies, tap: Tap
) -> AsyncIterator[OpsgenieDoor]:
    known = await opsgenie_at(client, dependencies)
    transport = TapTransport(ASGITransport(create_app(dependencies)), tap)
    headers = {"content-type": "application/json"}
    async with AsyncClient(transport=transport, base_url=SITE, headers=headers) as tapped:
        yield OpsgenieDoor(tapped, known.log, known.key, known.integration_id)


async def test_every_request_and_answer_is_described(
    door: OpsgenieDoor, tap: Tap, dependencies: Dependencies
) -> None:
    until = (dependencies.clock() + timedelta(hours=1)).isoformat()
    said: list[tuple[str, str, Any]] = [
        ("POST", "/a/acknowledge", ACTION),
        ("POST", "/a/unacknowledge", ACTION),
        ("POST", "/a/snooze", {"endTime": until, "user": "Ada"}),
        ("GET", "/a", None),
        ("POST", "/a/close", ACTION),
        ("GET", "/a", None),
    ]
    body = {"message": "Disk full", "alias": "a", "tags": ["disk"], "priority": "P1"}
    created = await door.post(body=body)
    await door.ask("GET", f"/requests/{created.json()['requestId']}")
    for method, path, sent in said:
        answer = await door.ask(method, path, sent, **ALIAS)
        assert answer.is_success, answer.text
    assert len(tap.checked) == len(said) + 2


async def test_every_refusal_is_described(door: OpsgenieDoor, tap: Tap) -> None:
    """But for 422: it has `errors`, as in the tests of Opsgenie's own clients."""
    nobody = OpsgenieDoor(door.http, door.log, "nobody", door.integration_id)
    statuses = [
        (await nobody.post(body={"message": "x"})).status_code,
        (await door.ask("GET", "/nobody", **ALIAS)).status_code,
        (await door.ask("GET", "/requests/nobody")).status_code,
    ]
    assert statuses == [401, 404, 404]
    assert len(tap.checked) == len(statuses)
