"""Hostile bodies: whatever stands where in a body, it is a refusal that names its place."""

import copy
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from events.log.memory import MemoryLog
from services.api.http.guard import operations
from tests.services.api.on_call.test_bad_on_call_input import fields_of, known, refused
from tests.services.api.test_bad_input import admin, memory

__all__ = ["admin", "known", "memory"]

JSON: Final = {"content-type": "application/json"}
NO_JSON: Final = {
    "an escaped NUL": rb'{"name": "\u0000"}',
    "a lone surrogate": rb'{"name": "\ud800"}',
    "no number": b'{"name": NaN}',
    "no end": b'{"name": -Infinity}',
    "a number beyond 64 bits": b'{"name": 9223372036854775808}',
    "a number of 9,000 digits": b'{"name": ' + b"9" * 9_000 + b"}",
    "33 levels": b'{"name": ' + b"[" * 32 + b"]" * 32 + b"}",
    "20,000 levels": b"[" * 20_000 + b"]" * 20_000,
    "a member twice": b'{"name": "a", "name": "b"}',
    "no text at all": b"\xff\xfe",
}
NAMES: Final = {
    "responder_id": "ada",
    "service_id": "checkout",
    "escalation_policy_id": "payments",
    "number": "1",
}
ANY_ID: Final = "0190a5a0-0000-7000-8000-000000000001"
ON_CALL: Final = re.compile(
    "/v1/(teams|schedules|responders|feeds|escalation-policies|response-policies|incident-types)"
)
NASTY: Final[list[Any]] = [
    None,
    "",
    "a\nb",
    "a\u202eb",
    "a" * 9_000,
    "../../etc/passwd",
    2**63 - 1,
    -1,
    0.5,
    True,
    [None],
    {"a": {}},
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
]

type Way = tuple[str | int, ...]


def at_home(path: str) -> str:
    """Return a path with something in the place of each name."""
    return re.sub(r"\{(\w+)\}", lambda found: NAMES.get(found[1], ANY_ID), path)


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
async def test_what_is_not_strict_json_is_refused_by_every_route(
    body: bytes, app: FastAPI, admin: AsyncClient, memory: MemoryLog
) -> None:
    asked = 0
    for route, _ in operations(app.router.routes):
        if route.body_field is None or route.path.startswith("/v1/integrations/{key}"):
            continue  # an alert is kept as it came: tests/services/api/intake
        path = at_home(route.path)
        for method in route.methods or ():
            answer = await refused(admin, memory, method, path, content=body, headers=JSON)
            assert (answer.status_code, answer.json()["code"]) == (400, "body-malformed"), path
            asked += 1
    assert asked > 50


def examples(app: FastAPI) -> Iterator[tuple[str, str, Any]]:
    """Yield method, path and example of everything about who is on call that takes a body."""
    for path, at_path in app.openapi()["paths"].items():
        for method, operation in at_path.items():
            content = operation.get("requestBody", {}).get("content", {})
            example = content.get("application/json", {}).get("example")
            if example and ON_CALL.match(path):
                yield method, at_home(path), example


def places(value: Any, way: Way = ()) -> Iterator[Way]:
    """Yield the way to every value of a body."""
    yield way
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*way, name))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*way, 0))


def replaced(body: Any, way: Way, value: Any) -> Any:
    """Return the body with another value at the end of the way."""
    if not way:
        return value
    body = copy.copy(body)
    body[way[0]] = replaced(body[way[0]], way[1:], value)
    return body


async def test_a_nasty_value_in_any_place_is_a_refusal_that_names_it(
    app: FastAPI, known: AsyncClient, memory: MemoryLog
) -> None:
    asked = 0
    for method, path, example in examples(app):
        for way in places(example):
            for value in NASTY:
                before = await memory.head()
                answer = await known.request(
                    method, path, json=replaced(example, way, value), headers=JSON
                )
                asked += 1
                where = (method, path, way, value, answer.text)
                assert answer.status_code < 500 or answer.status_code == 503, where
                if 400 <= answer.status_code < 500:
                    assert await memory.head() == before, where
                if answer.status_code == 422:
                    assert fields_of(answer), where
    assert asked > 500
