"""Whatever is sent is answered by a problem that names the field; nothing of it is stored."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from events.log.memory import MemoryLog
from services.api.dependencies import Dependencies
from services.api.http import envelope
from services.api.http.bodies import MAX_BODY
from tests.services.api.key_holders import holder_of

PATH = "/v1/incidents"
SECRET = "hunter2-correct-horse"


@pytest.fixture
def memory(dependencies: Dependencies) -> MemoryLog:
    assert isinstance(dependencies.log, MemoryLog)
    return dependencies.log


@pytest.fixture
async def admin(client: AsyncClient, memory: MemoryLog) -> AsyncClient:
    client.headers.update(await holder_of(memory, ApiScope.ADMIN))
    return client


VALUES: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "body.title"),
    "an empty title": ({"title": ""}, "body.title"),
    "a title of lines": ({"title": "a\nb"}, "body.title"),
    "a long title": ({"title": "a" * 201}, "body.title"),
    "a number as title": ({"title": 1}, "body.title"),
    "null as title": ({"title": None}, "body.title"),
    "a list as title": ({"title": ["a"]}, "body.title"),
    "a long summary": ({"title": "a", "summary": "b" * 8001}, "body.summary"),
    "an unknown severity": ({"title": "a", "severity": "SEV9"}, "body.severity"),
    "a severity in small letters": ({"title": "a", "severity": "sev1"}, "body.severity"),
    "a number as severity": ({"title": "a", "severity": 1}, "body.severity"),
    "an unknown member": ({"title": "a", "role": "admin"}, "body.role"),
    "a reference of one's own": ({"title": "a", "reference": "INC-1"}, "body.reference"),
    "a service in capitals": ({"title": "a", "service_id": "Shop"}, "body.service_id"),
    "a service with a slash": ({"title": "a", "service_id": "a/b"}, "body.service_id"),
}
TIMES = (
    "2026-11-23",
    "2026-11-23T12:00:00",
    "1700000000",
    1700000000,
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2026-02-30T12:00:00Z",
    "tomorrow",
    "",
    True,
)


async def refused(client: AsyncClient, memory: MemoryLog, **request: Any) -> dict[str, Any]:
    before = await memory.head()
    answer = await client.post(request.pop("path", PATH), **request)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert SECRET not in answer.text
    assert await memory.head() == before
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    return problem


@pytest.mark.parametrize(("body", "field"), VALUES.values(), ids=VALUES)
async def test_a_value_that_is_not_allowed_is_named(
    body: dict[str, Any], field: str, admin: AsyncClient, memory: MemoryLog
) -> None:
    problem = await refused(admin, memory, json=body)
    assert (problem["status"], problem["code"]) == (422, "request-invalid")
    assert [error["field"] for error in problem["errors"]] == [field]


@pytest.mark.parametrize("body", [b"[]", b"1", b'"a"', b"null", b"true"])
async def test_a_body_is_an_object(body: bytes, admin: AsyncClient, memory: MemoryLog) -> None:
    headers = {"content-type": "application/json"}
    assert (await refused(admin, memory, content=body, headers=headers))["status"] == 422


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"title": NaN}', b'{"title": "\\ud800"}', b'{"a":1,"a":2}', b"\xff"]
)
async def test_a_body_that_is_not_strict_json_is_refused(
    body: bytes, admin: AsyncClient, memory: MemoryLog
) -> None:
    headers = {"content-type": "application/json"}
    problem = await refused(admin, memory, content=body, headers=headers)
    assert (problem["status"], problem["code"]) == (400, "body-malformed")


@pytest.mark.parametrize(
    "media_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"],
)
async def test_only_json_is_taken(media_type: str, admin: AsyncClient, memory: MemoryLog) -> None:
    headers = {"content-type": media_type}
    problem = await refused(admin, memory, content=b'{"title": "a"}', headers=headers)
    assert (problem["status"], problem["code"]) == (415, "media-type-unsupported")


async def test_a_compressed_body_is_refused(admin: AsyncClient, memory: MemoryLog) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    assert (await refused(admin, memory, content=b"\x1f\x8b", headers=headers))["status"] == 415


async def test_a_huge_body_is_refused_whether_it_is_announced_or_not(
    admin: AsyncClient, memory: MemoryLog
) -> None:
    huge = json.dumps({"title": "a" * MAX_BODY}).encode()

    async def in_parts() -> Any:
        for start in range(0, len(huge), 65536):
            yield huge[start : start + 65536]

    headers = {"content-type": "application/json"}
    for content in (huge, in_parts()):
        problem = await refused(admin, memory, content=content, headers=headers)
        assert (problem["status"], problem["limit"]) == (413, MAX_BODY)


async def test_a_refusal_repeats_nothing_of_what_was_sent(
    admin: AsyncClient, memory: MemoryLog
) -> None:
    await refused(admin, memory, json={"title": {"password": SECRET}})
    await refused(admin, memory, json={"title": "a", "severity": SECRET})
    await refused(
        admin, memory, json={"title": "a"}, headers={"If-Match": SECRET, "Tocsin-Responder": SECRET}
    )


@pytest.mark.parametrize("time", TIMES)
async def test_a_time_is_written_as_rfc_3339_does(
    time: Any, admin: AsyncClient, memory: MemoryLog
) -> None:
    declared = (await admin.post(PATH, json={"title": "a"})).json()
    problem = await refused(
        admin,
        memory,
        path=f"{PATH}/{declared['incident_id']}/status-updates",
        json={"impact": "a", "current_actions": "b", "next_update_at": time},
    )
    assert [error["field"] for error in problem["errors"]] == ["body.next_update_at"]


@pytest.mark.parametrize(
    "if_match", ["1", 'W/"1"', '"0"', '"-1"', '"1", "2"', '"' + "9" * 30 + '"']
)
async def test_a_version_is_one_strong_etag(
    if_match: str, admin: AsyncClient, memory: MemoryLog
) -> None:
    declared = (await admin.post(PATH, json={"title": "a"})).json()
    problem = await refused(
        admin,
        memory,
        path=f"{PATH}/{declared['incident_id']}/acknowledgement",
        headers={"If-Match": if_match},
    )
    assert problem["errors"][0]["field"] == "header.if-match"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=1001", "limit"),
        ("limit=9223372036854775808", "limit"),
        ("limit=1_0", "limit"),
        ("limit=1.0", "limit"),
        ("limit=%D9%A1", "limit"),
        ("limit=", "limit"),
        ("q=%00", "q"),
        ("q=a%0Ab", "q"),
        ("q=", "q"),
        ("phase=nothing", "phase"),
        ("severity=1", "severity"),
        ("status=open", "status"),
        ("cursor=%00", "cursor"),
        ("after_position=-1", "after_position"),
        ("after_position=9223372036854775808", "after_position"),
        ("sevrity=SEV1", "sevrity"),
    ],
)
async def test_a_question_that_cannot_be_understood_is_refused(
    query: str, field: str, admin: AsyncClient
) -> None:
    answer = await admin.get(f"{PATH}?{query}")
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["errors"][0]["field"]


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/incidents/", "/v1/nothing", "/v1/%00", "//v1/incidents", "/v2/x"]
)
async def test_an_unknown_path_leads_nowhere_and_redirects_nowhere(
    path: str, admin: AsyncClient
) -> None:
    answer = await admin.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "route-not-found")


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ({"title": "a", "service_id": "Shop"}, "Use 1-63 lowercase letters, digits,"),
        ({"title": "a\tb"}, "Use one line of plain text"),
    ],
)
async def test_what_is_written_in_another_form_is_asked_for_in_words(
    admin: AsyncClient, body: dict[str, Any], asked: str
) -> None:
    [wrong] = (await admin.post(PATH, json=body)).json()["errors"]
    assert wrong["reason"].startswith(asked)


async def test_a_time_is_asked_for_in_words(admin: AsyncClient) -> None:
    answer = await admin.get(PATH, params={"as_of": "tomorrow", "cursor": "a b"})
    asked = {one["field"]: one["reason"] for one in answer.json()["errors"]}
    assert asked["query.cursor"] == "Pass `next_cursor` from the previous response unchanged."
    assert "Value error" not in "".join(asked.values())


async def dribbling() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.sleep(3)
    yield b"}"


async def test_a_slow_body_is_told_so_also_where_finding_its_sender_took_long(
    admin: AsyncClient, memory: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = memory.read_stream

    async def slow(*stream: Any, **options: Any) -> Any:
        await asyncio.sleep(0.1)
        return await read(*stream, **options)

    made = await admin.post("/v1/integrations", json=await integration_of(admin))
    change_events = f"/v1/integrations/{made.json()['key']}/change-events"
    monkeypatch.setattr(memory, "read_stream", slow)
    monkeypatch.setattr(envelope, "DEADLINE_SECONDS", 0.5)
    headers = {"content-type": "application/json"}
    for path in (PATH, "/v1/api-keys", change_events):
        problem = await refused(admin, memory, path=path, content=dribbling(), headers=headers)
        assert (problem["status"], problem["code"]) == (408, "request-too-slow"), path


async def integration_of(admin: AsyncClient) -> dict[str, str]:
    """Return the body of an integration of a service that is there."""
    service = {"name": "Shop", "escalation_policy_id": None}
    await admin.put("/v1/services/shop", json=service)
    return {"name": "CI", "service_id": "shop"}


async def test_what_is_cut_is_said_in_the_answer(admin: AsyncClient) -> None:
    made = await admin.post("/v1/integrations", json=await integration_of(admin))
    path = f"/v1/integrations/{made.json()['key']}/change-events"
    change = {"summary": "deploy", "happened_at": "2026-11-23T12:00:00.123456789Z"}
    links = [{"href": "http://ci.example.com/9"}]
    answer = await admin.post(path, json={**change, "links": links, "details": {"log": "x" * 9000}})
    assert answer.status_code == 202
    assert answer.headers["tocsin-cut"].split("; ") == [
        "a time was cut to microseconds",
        "links: 1 left out, only https is taken",
        "details: a text was cut to 1000 characters",
    ]
    whole = await admin.post(path, json=change | {"happened_at": "2026-11-23T12:00:00Z"})
    assert "tocsin-cut" not in whole.headers
