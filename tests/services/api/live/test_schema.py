"""The committed OpenAPI document is true: whatever fits it, or nearly does, is answered as it says.

schemathesis makes the requests up, half of them against the schema on purpose, and sends them
through the real server to a real PostgreSQL, while Temporal is down.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from fastapi import FastAPI
from httpx import AsyncClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from events.configuration.api_key import ApiScope
from events.log.postgres import PostgresLog
from services.jobs import run_forever
from services.projector.projection_jobs import projection_job
from tests.servers import Database, fresh_database
from tests.services.api.key_holders import holder_of
from tests.services.api.serving import served
from tests.services.real_dependencies import dependencies_on

pytestmark = pytest.mark.stack

SCHEMA = schemathesis.openapi.from_dict(json.loads(Path("docs/openapi.json").read_bytes()))
OPERATIONS = {
    f"{one.method.upper()} {one.path}": one
    for one in (found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok))
}
# Those of calendars take any text for a token.
UNBREAKABLE = ("/health/", "/v1/feeds/on-call/", "/v1/feeds/meetings/")
PLAIN = {"type", "title", "maxLength"}  # of a text that may be any


def can_be_broken(operation: APIOperation[Any, Any, Any, Any]) -> bool:
    """Return whether anything does not fit: what takes nothing, or any text, cannot be broken."""
    said = operation.definition.raw
    narrow = [one for one in said.get("parameters", ()) if not one["schema"].keys() <= PLAIN]
    bodies = [one["schema"] for one in said.get("requestBody", {"content": {}})["content"].values()]
    return not operation.path.startswith(UNBREAKABLE) and (any(bodies) or bool(narrow))


def is_said_before(operation: APIOperation[Any, Any, Any, Any]) -> bool:
    """Return whether a ping says the same by another method."""
    is_door = operation.definition.raw["operationId"].startswith("receive_")
    return is_door and operation.method.upper() in ("HEAD", "PUT", "PATCH")


EXPLORED = {
    f"{name} {mode.value}": (operation, mode)
    for name, operation in OPERATIONS.items()
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or can_be_broken(operation)
    if not is_said_before(operation)
    if operation.path != "/v1/stream"  # its answers never end: test_streams.py reads them
}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    ignored_auth,
]
EXAMPLES = 12  # of each operation and kind: about a minute in all
AS_ASKED: Final = 1.0  # seconds, by `Retry-After` of a 503


@dataclass(frozen=True)
class Target:
    """The server, an admin's key and an incident that is there."""

    url: str
    headers: dict[str, str]
    incident_id: str


@pytest.fixture(scope="module")
async def target(postgres: Database, database_template: Database) -> AsyncIterator[Target]:
    async with fresh_database(postgres, database_template) as database:
        log = await PostgresLog.open(database.app_dsn)
        projecting = asyncio.create_task(
            run_forever(projection_job(database.projector_dsn, lambda: None))
        )
        dependencies = dependencies_on(log)
        async with served(dependencies) as (host, port):
            yield await aimed(f"http://{host}:{port}", await holder_of(log, ApiScope.ADMIN))
        projecting.cancel()
        await asyncio.wait([projecting])
        await log.close()


async def aimed(url: str, headers: dict[str, str]) -> Target:
    async with AsyncClient(base_url=url, headers=headers, trust_env=False) as http:
        declared = await http.post("/v1/incidents", json={"title": "Checkout fails"})
    return Target(url=url, headers=headers, incident_id=declared.json()["incident_id"])


@pytest.mark.parametrize(("operation", "mode"), EXPLORED.values(), ids=EXPLORED)
async def test_every_answer_is_one_the_document_names(
    operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, target: Target
) -> None:
    known = {"incident_id": target.incident_id} if "{incident_id}" in operation.path else {}
    await asyncio.to_thread(explored, operation, mode, target, {**known, "role": "scribe"})


def explored(
    operation: APIOperation[Any, Any, Any, Any],
    mode: GenerationMode,
    target: Target,
    known: dict[str, str],
) -> None:
    """Send requests that fit, or break, the operation's schema."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(operation.as_strategy(generation_mode=mode))
    def answered(case: Case[Any]) -> None:
        if mode is GenerationMode.POSITIVE and known.keys() >= case.path_parameters.keys():
            case.path_parameters.update({k: known[k] for k in case.path_parameters})
        answer = case.call(base_url=target.url, headers=target.headers)
        if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:  # a machine with other work
            time.sleep(AS_ASKED)
            answer = case.call(base_url=target.url, headers=target.headers)
        case.validate_response(answer, checks=CHECKS, headers=target.headers)

    answered()


def test_the_document_names_every_operation(app: FastAPI) -> None:
    assert set(OPERATIONS) == {
        f"{method.upper()} {path}"
        for path, operations in app.openapi()["paths"].items()
        for method in operations
    }
