"""Bodies that nobody should send to PagerDuty's API: refused in its words, kept, never a 500."""

import gzip
import json
from typing import Any

import pytest
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from services.access.secret_keys import new_key
from services.api.dependencies import Dependencies
from tests.services.api.intake.sources.pagerduty.pager import CHANGE, CREATE, ENQUEUE, Pager
from tests.services.api.kept_letters import KeptLetters
from tests.services.api.key_holders import holder_of

INVALID = {"status": "invalid event", "message": "Event object is invalid"}
KEY = "KEY OF THE INTEGRATION"
GOOD = {"routing_key": KEY, "event_action": "trigger", "payload": {"summary": "Disk full"}}
DEEP = "[" * 5_000 + "]" * 5_000


def with_payload(**payload: Any) -> dict[str, Any]:
    return GOOD | {"payload": {"summary": "Disk full", **payload}}


def letters(pager: Pager) -> list[str]:
    assert isinstance(pager.dependencies.dead_letters, KeptLetters)
    return [one.source for one in pager.dependencies.dead_letters.kept]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (
            {"routing_key": KEY, "payload": {"summary": "x"}},
            "'event_action' is missing or blank",
        ),
        (GOOD | {"event_action": "close"}, "'event_action': Must be"),
        (GOOD | {"event_action": None}, "'event_action': Must be"),
        (GOOD | {"event_action": ["trigger"]}, "'event_action': Must be"),
        ({"routing_key": KEY, "event_action": "trigger"}, "'payload' is missing or blank"),
        (GOOD | {"payload": {}}, "'payload.summary' is missing or blank"),
        (GOOD | {"payload": {"summary": " "}}, "'payload.summary' is missing or blank"),
        (GOOD | {"payload": []}, "'payload': Must be an object."),
        (GOOD | {"payload": "disk full"}, "'payload': Must be an object."),
        ({"routing_key": KEY, "event_action": "resolve"}, "'dedup_key' is missing or blank"),
        (
            {"routing_key": KEY, "event_action": "acknowledge", "dedup_key": " "},
            "'dedup_key' is missing or blank",
        ),
    ],
)
async def test_an_event_that_says_too_little_is_refused_in_pagerdutys_words_and_kept(
    pager: Pager, body: dict[str, Any], error: str
) -> None:
    answer = await pager.http.post(ENQUEUE, json=body | {"routing_key": pager.key})
    assert answer.status_code == 400
    (told,) = answer.json().pop("errors")
    assert told.startswith(error)
    assert answer.json() | {"errors": []} == INVALID | {"errors": []}
    assert letters(pager) == ["pagerduty-events-v2"]
    assert pager.key not in answer.text


@pytest.mark.parametrize("path", [ENQUEUE, CHANGE])
@pytest.mark.parametrize(
    "key",
    [None, "", "R0", "e93facc04764012d7bfb002500d5d1a6", new_key("ingest").text, 7, ["x"]],
    ids=["none", "empty", "a ruleset's", "another product's", "nobody's", "a number", "a list"],
)
async def test_a_key_that_nobody_has_is_an_error_and_never_silence(
    pager: Pager, path: str, key: Any
) -> None:
    answer = await pager.http.post(path, json=GOOD | {"routing_key": key})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error.startswith("routing_key unknown: ")
    assert letters(pager) == []
    old = await pager.http.post(CREATE, json={"service_key": key, "event_type": "trigger"})
    assert (old.status_code, old.json()["errors"][0][:19]) == (400, "service_key unknown")


async def test_an_api_key_or_a_revoked_one_sends_no_event(
    client: AsyncClient, dependencies: Dependencies, pager: Pager
) -> None:
    headers = await holder_of(dependencies.log, ApiScope.ADMIN)
    someones = headers["Authorization"].removeprefix("Bearer ")
    assert (
        await pager.http.post(ENQUEUE, json=GOOD | {"routing_key": someones})
    ).status_code == 400
    integration = pager.key.split("_")[2]
    await client.delete(f"/v1/integrations/{integration}", headers=headers)
    answer = await pager.trigger("a")
    assert answer.status_code == 400
    assert "or it was revoked" in answer.json()["errors"][0]


@pytest.mark.parametrize(
    "raw",
    [
        '{"routing_key": "KEY", "event_action": "trigger", "payload": {"summary": "a',
        '{"routing_key": "KEY", "event_action": "trigger", "payload": {"summary": NaN}}',
        '{"routing_key": "KEY", "event_action": "trigger", "event_action": "resolve"}',
        '{"routing_key": "KEY", "payload": {"summary": "\\u0000"}}',
        '{"routing_key": "KEY", "payload": {"summary": "\\ud800"}}',
        '{"routing_key": "KEY", "payload": {"custom_details": 1e999}}',
        '{"routing_key": "KEY", "payload": {"custom_details": 123456789012345678901234567890}}',
        '{"routing_key": "KEY", "payload": ' + DEEP + "}",
        '{"routing_key": "KEY", "payload": [' + "1," * 20_000 + "1]}",
        "routing_key=KEY&event_action=trigger",
        'disk full "routing_key": "KEY"',
    ],
    ids=lambda raw: raw[:60],
)
async def test_what_is_no_json_is_refused_and_kept_where_a_key_can_be_read_in_it(
    pager: Pager, raw: str
) -> None:
    content = raw.replace("KEY", pager.key).encode()
    answer = await pager.http.post(ENQUEUE, content=content)
    assert answer.status_code == 400, answer.text
    if '"routing_key": "' in raw:
        assert answer.json()["status"] == "Unrecognized object"
        assert answer.json()["errors"][0] == "JSON parse error"
        assert letters(pager) == ["pagerduty-events-v2"]
    else:
        assert answer.json()["errors"][0].startswith("routing_key unknown")
    assert (await pager.trigger("next")).status_code == 202


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b'"x"', b"\xff\xfe{", b"{}", DEEP.encode()])
@pytest.mark.parametrize("path", [ENQUEUE, CHANGE, CREATE])
async def test_a_body_without_a_key_is_refused_in_pagerdutys_form(
    pager: Pager, path: str, raw: bytes
) -> None:
    answer = await pager.http.post(path, content=raw)
    assert answer.status_code == 400
    assert {"status", "message", "errors"} == answer.json().keys()
    assert (await pager.trigger("next")).status_code == 202


async def test_what_is_too_large_or_compressed_is_refused_unread(pager: Pager) -> None:
    large = json.dumps(with_payload(custom_details="x" * 600_000)).encode()
    answer = await pager.http.post(ENQUEUE, content=large)
    assert (answer.status_code, answer.json()["status"]) == (413, "invalid event")
    packed = gzip.compress(json.dumps(GOOD).encode())
    headers = {"Content-Encoding": "gzip"}
    answer = await pager.http.post(ENQUEUE, content=packed, headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (415, "invalid event")


@pytest.mark.parametrize(
    "payload",
    [
        {"source": None, "component": 7, "group": ["a"], "class": {"b": 1}},
        {"custom_details": "a text"},
        {"custom_details": ["a", {"b": None}]},
        {"custom_details": None},
        {"custom_details": {"": "", "a" * 5_000: "b" * 50_000}},
        {"custom_details": {f"name {number}": "x" * 300 for number in range(1_000)}},
        {"timestamp": "yesterday"},
        {"timestamp": "1907-01-01T00:00:00Z"},
        {"timestamp": "9999-12-31T23:59:59Z"},
        {"timestamp": [1]},
        {"timestamp": 1e300},
        {"summary": "x" * 100_000},
        {"summary": "\u202e\x1b[31mDisk\x07\u2028full"},
        {"summary": 12},
        {"severity": {"is": "critical"}},
    ],
    ids=lambda payload: str(payload)[:60],
)
async def test_an_odd_member_costs_no_page(pager: Pager, payload: dict[str, Any]) -> None:
    answer = await pager.trigger("odd", **payload)
    assert answer.status_code == 202, answer.text
    story = await pager.story()
    assert story.incidents[0].title.isprintable()
    assert story.incidents[0].began_at is None
    assert (await pager.event("resolve", "odd")).status_code == 202
    assert (await pager.story()).open_alerts == {}


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("links", "https://example.com"),
        ("links", [None, 7, {}, {"href": 7}, {"href": "javascript:alert(1)", "text": "x"}]),
        ("links", [{"href": f"https://example.com/{number}"} for number in range(500)]),
        ("images", [{"src": "data:text/html;base64,AAAA"}, {"src": ["x"]}]),
        ("client", {"name": "x"}),
        ("client_url", "file:///etc/passwd"),
        ("dedup_key", 17),
    ],
)
async def test_an_odd_link_costs_no_page_and_is_nobodys_trap(
    pager: Pager, member: str, value: Any
) -> None:
    payload = {"summary": "Disk full", "severity": "error"}
    answer = await pager.event("trigger", payload=payload, **{member: value})
    assert answer.status_code == 202
    assert isinstance(answer.json()["dedup_key"], str)
    alert = next(one for one in (await pager.story()).events if one.type == "alert.triggered")
    assert "javascript" not in str(alert)
    assert "data:" not in str(alert)
    assert (alert.source_url or "https://").startswith("https://")
    assert str(alert).count("https://example.com/") <= 21
