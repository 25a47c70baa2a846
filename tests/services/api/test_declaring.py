"""Declaring: stored before it is answered, once for each key, also while Temporal is down."""

import asyncio
import json
from typing import Any

import pytest
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from events.log.memory import MemoryLog
from events.log.recorded import Append, AppendResult
from services.api.dependencies import Dependencies
from services.temporal.gateway import TemporalGateway
from tests.services.api.key_holders import holder_of

PATH = "/v1/incidents"
BODY = {"title": "Checkout fails", "summary": "5xx above 5 %", "severity": "SEV2"}


@pytest.fixture
def memory(dependencies: Dependencies) -> MemoryLog:
    assert isinstance(dependencies.log, MemoryLog)
    return dependencies.log


@pytest.fixture
async def admin(client: AsyncClient, memory: MemoryLog) -> AsyncClient:
    client.headers.update(await holder_of(memory, ApiScope.ADMIN))
    return client


async def test_a_declaration_is_stored_with_the_start_of_its_workflow(
    admin: AsyncClient, memory: MemoryLog
) -> None:
    answer = await admin.post(PATH, json=BODY)
    assert answer.status_code == 201
    declared = answer.json()
    assert declared["reference"].startswith("INC-")
    assert (declared["version"], declared["paging"]) == (1, "none")
    assert answer.headers["location"] == f"{PATH}/{declared['incident_id']}"
    assert answer.headers["etag"] == '"1"'
    (stored,) = await memory.read_stream(f"incident-{declared['incident_id']}")
    assert declared["hash"] == stored.hash.hex()
    assert declared["position"] == answer.headers["tocsin-position"] == str(stored.position)
    (start,) = memory.outbox
    assert start.kind == "start_incident_workflow"
    assert json.loads(start.body) == {"incident_id": declared["incident_id"]}


async def test_a_service_gives_its_policy_and_its_deadlines(
    admin: AsyncClient, memory: MemoryLog, dependencies: Dependencies
) -> None:
    email = {"channel": "email", "address": "ada@example.com"}
    await admin.put("/v1/responders/ada", json={"name": "Ada", "contact_methods": [email]})
    level = {"targets": [{"responder_id": "ada"}], "escalation_timeout_seconds": 60}
    policy = {"name": "On call", "levels": [level], "repeats": 0}
    await admin.put("/v1/escalation-policies/on-call", json=policy)
    deadlines = [{"phase": "response", "within_seconds": 90}]
    service = {"name": "Shop", "escalation_policy_id": "on-call", "deadlines": deadlines}
    assert (await admin.put("/v1/services/shop", json=service)).status_code == 200
    answer = await admin.post(PATH, json={**BODY, "service_id": "shop"})
    assert answer.json()["paging"] == "scheduled"
    payload = json.loads((await memory.read_all(0))[-1].payload)
    assert payload["escalation_policy_id"] == "on-call"
    assert [one["phase"] for one in payload["deadlines"]] == ["response"]
    assert isinstance(dependencies.temporal, TemporalGateway)
    await fail_often(dependencies.temporal)
    later = await admin.post(PATH, json={**BODY, "service_id": "shop"})
    assert (later.status_code, later.json()["paging"]) == (201, "degraded")


async def fail_often(temporal: TemporalGateway) -> None:
    """Cut the gateway off, as calls to a server that is down do."""
    for _ in range(5):
        temporal._circuit.failed()


async def test_an_unknown_service_is_named(admin: AsyncClient) -> None:
    answer = await admin.post(PATH, json={**BODY, "service_id": "nothing"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "body.service_id", "reason": "No such service: nothing."}
    ]


async def test_the_same_key_declares_once_and_answers_the_same(
    admin: AsyncClient, memory: MemoryLog
) -> None:
    key = {"Idempotency-Key": "monitor-4711"}
    answers = [await admin.post(PATH, json=BODY, headers=key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.content for answer in answers}) == 1
    assert [answer.headers.get("idempotent-replayed") for answer in answers] == [
        None,
        "true",
        "true",
    ]
    assert count(memory) == 1


async def test_the_same_key_for_something_else_is_refused(
    admin: AsyncClient, memory: MemoryLog
) -> None:
    key = {"Idempotency-Key": "monitor-4711"}
    await admin.post(PATH, json=BODY, headers=key)
    answer = await admin.post(PATH, json={**BODY, "title": "Other"}, headers=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert count(memory) == 1


async def test_the_order_of_members_makes_no_other_request(
    admin: AsyncClient, memory: MemoryLog
) -> None:
    key = {"Idempotency-Key": "monitor-4711"}
    await admin.post(PATH, json=BODY, headers=key)
    turned = dict(reversed(BODY.items()))
    answer = await admin.post(PATH, json=turned, headers=key)
    assert (answer.status_code, count(memory)) == (201, 1)


async def test_fifty_equal_declarations_at_once_are_one(
    admin: AsyncClient, memory: MemoryLog
) -> None:
    key = {"Idempotency-Key": "monitor-4711"}
    answers = await asyncio.gather(*(admin.post(PATH, json=BODY, headers=key) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert count(memory) == 1


@pytest.mark.parametrize("key", ["", "a" * 256, "two words", "tab\t", "é"])
async def test_a_key_that_cannot_be_compared_is_refused(key: str, admin: AsyncClient) -> None:
    answer = await admin.post(PATH, json=BODY, headers=[(b"Idempotency-Key", key.encode())])
    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")


async def test_a_reply_lost_after_the_commit_is_given_again(
    admin: AsyncClient, memory: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = memory.append

    async def committed_and_cut(request: Append) -> AppendResult:
        await stored(request)
        raise ConnectionResetError

    key = {"Idempotency-Key": "monitor-4711"}
    monkeypatch.setattr(memory, "append", committed_and_cut)
    lost = await admin.post(PATH, json=BODY, headers=key)
    monkeypatch.undo()
    assert (lost.status_code, lost.headers["retry-after"]) == (503, "1")
    again = await admin.post(PATH, json=BODY, headers=key)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert count(memory) == 1


def count(memory: MemoryLog) -> int:
    events: list[Any] = memory._events
    return [event.type for event in events].count("incident.declared")
