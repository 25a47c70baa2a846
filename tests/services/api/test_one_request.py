"""One request, whatever is in it, does not keep the process from its neighbours for long."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from services.api.dependencies import Dependencies
from services.api.http.bodies import MAX_BODY
from tests.services.api.key_holders import holder_of

AT_MOST = 0.6  # seconds of computing on a busy machine; what was mended took four times as long
LARGEST = MAX_BODY - 1_000  # bytes
DOCUMENT: dict[str, Any] = json.loads(Path("docs/openapi.json").read_bytes())


def members_of(schema: dict[str, Any]) -> list[str]:
    """Return the members of a body, by its schema."""
    if "$ref" in schema:
        return members_of(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    parts = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return [*schema.get("properties", ()), *(name for part in parts for name in members_of(part))]


# Those whose bodies hold lists and objects; the others are read by the same few lines.
OPERATIONS = [
    ("POST", "/v1/incidents"),
    ("PUT", "/v1/services/{service_id}"),
    ("PUT", "/v1/escalation-policies/{escalation_policy_id}"),
    ("PUT", "/v1/responders/{responder_id}"),
    ("PUT", "/v1/incident-types/{incident_type_id}"),
    ("POST", "/v1/api-keys"),
]


def filled(piece: bytes, around: tuple[bytes, bytes], members: int) -> bytes:
    count = (LARGEST // members - 100) // (len(piece) + 1)
    return around[0] + b",".join([piece] * count) + around[1]


HOSTILE: dict[str, Callable[[int], bytes]] = {
    "lists of objects": lambda n: filled(b"{}", (b"[", b"]"), n),
    "lists of numbers": lambda n: filled(b"1", (b"[", b"]"), n),
    "lists of texts": lambda n: filled(b'"a"', (b"[", b"]"), n),
    "lists in lists": lambda n: filled(b"[[[[1]]]]", (b"[", b"]"), n),
    "half a text": lambda n: b'"' + b'\\"' * (LARGEST // n // 2 - 100),
    "long texts": lambda n: b'"' + b"![" * (LARGEST // n // 2 - 100) + b'"',
    "long numbers": lambda n: b"0." + b"1" * (LARGEST // n - 100),
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
async def test_no_body_keeps_the_process_busy_for_long(
    client: AsyncClient, dependencies: Dependencies, hostile: Callable[[int], bytes]
) -> None:
    headers = await holder_of(dependencies.log, ApiScope.ADMIN)
    client.headers.update({**headers, "Content-Type": "application/json"})
    for method, path in OPERATIONS:
        operation = DOCUMENT["paths"][path][method.lower()]
        members = members_of(operation["requestBody"]["content"]["application/json"]["schema"])
        value = hostile(len(members))
        body = b"{" + b",".join(b'"%b":%b' % (name.encode(), value) for name in members) + b"}"
        assert len(body) < MAX_BODY
        began = time.thread_time()
        where = f"{path.partition('{')[0]}checkout" if "{" in path else path
        answer = await client.request(method, where, content=body)
        assert time.thread_time() - began < AT_MOST, (method, path)
        assert answer.status_code in {400, 422}, answer.text
        assert len(answer.content) < 50_000
