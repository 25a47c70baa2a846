"""Where a sender's key stands: found in each place, and nothing else is taken for it."""

import json
from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import Request

from services.api.intake.key_place import (
    KeyInBody,
    KeyPlace,
    key_in_any,
    key_in_body,
    key_in_form,
    key_in_header,
    key_in_path,
    key_in_query,
)
from services.api.problems.table import problem_of
from services.request_refusals import NotAuthenticated
from services.settings import Settings

KEY = "tocsin_ingest_prometheus_secret_a1B2c3"


def request_with(
    *,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    path: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Request:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    named = [(name.lower().encode(), text.encode()) for name, text in (headers or {}).items()]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v2/enqueue",
        "headers": named,
        "query_string": urlencode(query or {}).encode(),
        "path_params": dict(path or {}),
        "state": {"request_id": "one"},
    }
    return Request(scope, receive)


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"}


HEADER = key_in_header("Authorization", "GenieKey", "Bearer", "Basic")


@pytest.mark.parametrize(
    ("place", "sent"),
    [
        (key_in_path, {"path": {"key": KEY}}),
        (HEADER, {"headers": {"Authorization": f"GenieKey {KEY}"}}),
        (HEADER, {"headers": {"Authorization": f"bearer  {KEY} "}}),
        (HEADER, {"headers": basic("anybody", KEY)}),
        (HEADER, {"headers": basic(KEY, "")}),
        (key_in_header("X-Key"), {"headers": {"X-Key": KEY}}),
        (key_in_query("token"), {"query": {"token": KEY}}),
        (key_in_any(HEADER, key_in_query("token")), {"query": {"token": KEY}}),
        (key_in_any(key_in_query("token"), HEADER), {"headers": basic("", KEY)}),
        (key_in_body("routing_key"), {"body": json.dumps({"routing_key": KEY}).encode()}),
        (key_in_form("token"), {"body": f"summary=a&token={KEY}&dedup=b".encode()}),
        (key_in_form("token"), {"body": f"token={KEY}\n".encode()}),
        (key_in_form("token"), {"body": json.dumps({"token": KEY}).encode()}),
    ],
)
async def test_a_key_is_found_where_its_sender_puts_it(place: KeyPlace, sent: Any) -> None:
    found, _ = await place.shown(request_with(**sent))
    assert found == KEY


@pytest.mark.parametrize(
    ("place", "sent"),
    [
        (HEADER, {}),
        (HEADER, {"headers": {"Authorization": KEY}}),
        (HEADER, {"headers": {"Authorization": f"Token {KEY}"}}),
        (HEADER, {"headers": {"Authorization": "Basic no-base-64"}}),
        (HEADER, {"headers": {"Authorization": "Basic /w=="}}),
        (key_in_query("token"), {"query": {"tokens": KEY}}),
        (key_in_any(HEADER, key_in_query("token")), {}),
        (key_in_form("token"), {"body": b"summary=a%26token=b&tokens=c"}),
        (key_in_body("routing_key"), {"body": b""}),
        (key_in_body("routing_key"), {"body": b'{"routing_key": 12}'}),
        (key_in_body("routing_key"), {"body": b'["routing_key"]'}),
        (key_in_body("routing_key"), {"body": b'{"routing_keys": "x"}'}),
        (key_in_body("routing_key"), {"body": b"[" * 100_000}),
        (key_in_body("routing_key"), {"body": b'{"payload": {"routing_key": "inside"}}'}),
    ],
)
async def test_nothing_else_is_taken_for_a_key(place: KeyPlace, sent: Any) -> None:
    found, _ = await place.shown(request_with(**sent))
    assert found == ""


async def test_the_body_that_held_the_key_can_be_read_again() -> None:
    body = json.dumps({"routing_key": KEY}).encode()
    _, request = await key_in_body("routing_key").shown(request_with(body=body))
    assert b"".join([part async for part in request.stream()]) == body


@pytest.mark.parametrize(
    "broken", ['{"routing_key": "%s", "payload": {', '{"a": NaN, "routing_key" :"%s"}', "\ufeff{%s"]
)
def test_the_key_of_a_body_that_is_no_json_is_found_by_its_name(broken: str) -> None:
    expected = "" if "routing_key" not in broken else KEY
    assert KeyInBody("routing_key").key_in((broken % KEY).encode()) == expected


@pytest.mark.parametrize("place", [HEADER, key_in_query("token"), key_in_header("X-Key")])
def test_a_place_is_named_to_who_has_to_put_the_key_there(place: KeyPlace) -> None:
    assert any(name in place.words for name in ("Authorization", "?token=", "X-Key"))
    assert all(one["required"] for one in place.parameters)


class _App:
    class state:  # noqa: N801  as Starlette names it
        class dependencies:  # noqa: N801
            settings = Settings()


def test_a_refusal_is_worded_as_the_product_words_it_that_the_sender_came_from() -> None:
    request = request_with()
    request.scope["app"] = _App
    plain = problem_of(request, NotAuthenticated("No such key."))
    assert (plain.status_code, plain.media_type) == (401, "application/problem+json")
    request.state.wording = lambda members: (
        HTTPStatus.BAD_REQUEST,
        {"status": "invalid event", "errors": [members["detail"]]},
    )
    worded = problem_of(request, NotAuthenticated("No such key."))
    assert (worded.status_code, worded.media_type) == (400, "application/json")
    assert json.loads(bytes(worded.body)) == {"status": "invalid event", "errors": ["No such key."]}
    assert "www-authenticate" not in worded.headers
