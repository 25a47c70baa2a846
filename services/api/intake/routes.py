"""Intake endpoints: for every source `POST /v1/integrations/{key}/{source}`, and its own paths.

The key is checked before the body is read. What cannot be read behind a good key is kept as a dead
letter before it is refused.
"""

import re
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from events.errors import CommandRejected, LogOverloaded
from events.log.dead_letters import BEGINNING, Unreadable
from events.log.recorded import Metadata
from events.plain_text import cut, one_line
from services.api.dependencies import Dependencies, Deps
from services.api.http.dependencies import dependencies_of
from services.api.http.guard import GuardedRoute, public
from services.api.http.headway import made_headway
from services.api.intake.arrival import Arrival, Intake, Sender, sender_with
from services.api.intake.key_place import KeyPlace
from services.api.intake.source import OpenApi, Source
from services.api.intake.sources import all_sources
from services.api.problems.table import WORDED
from services.attending import Attending
from services.request_refusals import (
    BodyMalformed,
    BodyTooLarge,
    Invalid,
    NotAuthenticated,
    RequestInvalid,
    RequestTooSlow,
)

logger = structlog.get_logger(__name__)

KEY_FIRST: Final = "the integration's key is checked before the body means anything; it is in"
_REFUSED: Final = "This is not the key of an integration, or it was revoked; it stands in {where}."
_NO_KEY: Final = "There is no key of an integration in {where}."
_UNREADABLE: Final = (BodyMalformed, BodyTooLarge, RequestValidationError)


_PARTS: Final = {"key": "The integration's secret key."}
_PART: Final = re.compile(r"\{(\w+)(?::path)?\}")
_NO_WORD: Final = re.compile(r"\W+")
_KEY_LENGTH: Final = 255
_REASON_LENGTH: Final = 200
_KEY_OF_REPEAT: Final = {
    "name": "idempotency-key",
    "in": "header",
    "required": False,
    "description": "A repeat with the same key is the same message.",
    "schema": {"type": "string", "maxLength": _KEY_LENGTH},
}


async def admitted(request: Request, key: str, where: str) -> Sender:
    """Return the integration whose key this is.

    Raises: NotAuthenticated, LogUnavailable.
    """
    if not key:
        raise NotAuthenticated(_NO_KEY.format(where=where))
    sender = await sender_with(dependencies_of(request).log, key)
    if sender is None:
        raise NotAuthenticated(_REFUSED.format(where=where))
    request.state.principal = sender.principal
    return sender


def receiving[Heard, Became](
    source: Source[Heard, Became], place: KeyPlace
) -> Callable[..., Coroutine[Any, Any, BaseModel | Response]]:
    """Return the endpoint that takes in what a source's senders send."""

    async def receive(request: Request, dependencies: Deps) -> BaseModel | Response:
        request.state.wording = source.wording
        key, request = await place.shown(request)
        sender = await admitted(request, key, place.words)
        arrival = _arrival(source, request, sender, dependencies.clock())
        heard = await _read(source, request, arrival, dependencies)
        intake = Intake(
            log=dependencies.log,
            attending=Attending(dependencies.log, dependencies.inbox),
            sender=sender,
            source=source.name,
            losses=dependencies.losses,
            metadata=Metadata(principal=sender.principal, correlation_id=request.state.request_id),
            at=arrival.at,
            storms=dependencies.storms,
            headway=partial(made_headway, request),
        )
        return source.answer(await source.take(heard, intake))

    return receive


def _arrival(source: Source[Any, Any], request: Request, sender: Sender, at: datetime) -> Arrival:
    named = {name: str(part) for name, part in request.path_params.items() if name != "key"}
    return Arrival(
        sender=sender,
        at=at,
        idempotency_key=_idempotency_key(request) if source.heeds_idempotency_key else None,
        named=named,
        query=request.query_params,
        headers=request.headers,
    )


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and len(key) > _KEY_LENGTH:
        reason = f"must have at most {_KEY_LENGTH} characters"
        raise RequestInvalid(Invalid(field="header.idempotency-key", reason=reason))
    return key


async def _read[Heard](
    source: Source[Heard, Any], request: Request, arrival: Arrival, dependencies: Dependencies
) -> Heard:
    """Read the body to its end; what cannot be read is kept before it is refused.

    Raises: BodyMalformed, BodyTooLarge, RequestValidationError, MediaTypeUnsupported,
    RequestTooSlow, RequestMalformed, LogUnavailable, LogOverloaded.
    """
    reader, digest, size, beginning = source.reader(arrival), sha256(), 0, bytearray()
    try:
        async for part in source.parts(request):
            reader.feed(part)
            digest.update(part)
            size += len(part)
            beginning += part[: BEGINNING - len(beginning)]
        return reader.finish()
    except RequestTooSlow as slow:
        if source.too_slow is HTTPStatus.REQUEST_TIMEOUT:
            raise
        raise LogOverloaded(slow.detail) from slow
    except _UNREADABLE as unreadable:
        if not source.keeps_unreadable:
            raise
        refusal = unreadable
    message = Unreadable(
        integration_id=arrival.sender.integration_id,
        source=source.name,
        reason=_reason(refusal),
        size=size,
        sha256=digest.digest(),
        beginning=bytes(beginning),
    )
    logger.warning(
        "dead_letter",
        integration_id=message.integration_id,
        source=source.name,
        reason=message.reason,
    )
    await dependencies.dead_letters.keep(message)
    if isinstance(refusal, CommandRejected):
        refusal.detail += " It is kept: see /v1/dead-letters."
    raise refusal


def _reason(refusal: CommandRejected | RequestValidationError) -> str:
    """Return why it could not be read: which members are wrong, never what they say."""
    if isinstance(refusal, CommandRejected):
        return refusal.detail
    wrong = (".".join(map(str, one["loc"])) for one in refusal.errors()[:5])
    return cut(one_line(f"Not allowed: {', '.join(wrong)}."), _REASON_LENGTH)


def routed() -> APIRouter:
    """Return a router with the operations of each source: one for each of its paths."""
    router = APIRouter(tags=["intake"], route_class=GuardedRoute)
    for source in all_sources():
        for path in source.every_path:
            _add_route(router, source, path)
        for operation in source.operations:
            for path in operation.paths:
                _add_route(router, operation, path)
    return router


def _add_route(router: APIRouter, source: Source[Any, Any], path: str) -> None:
    place = source.key_at(path)
    parameters: list[OpenApi] = [*_in_path(path), *place.parameters, *source.query]
    if source.heeds_idempotency_key:
        parameters.append(_KEY_OF_REPEAT)
    router.add_api_route(
        path,
        receiving(source, place),
        methods=list(source.methods),
        name=_operation(source, path),
        summary=f"Receive {source.title}",
        description=source.description,
        status_code=source.status,
        response_model=source.answers,
        dependencies=[public(f"{KEY_FIRST} {place.words}", ignores_body=not source.body)],
        openapi_extra=({"requestBody": source.body} if source.body else {})
        | ({WORDED: True} if source.wording else {})
        | {"parameters": parameters},
    )


def _operation(source: Source[Any, Any], path: str) -> str:
    name = f"receive_{source.name.replace('-', '_')}"
    return name if path == source.path else f"{name}_at{_NO_WORD.sub('_', path).rstrip('_')}"


def _in_path(path: str) -> list[dict[str, Any]]:
    """Return the parts of a path that vary, as the API's document shows them."""
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": _PARTS.get(name, f"As the sender fills in its `{name}`."),
            "schema": {"type": "string"},
        }
        for name in _PART.findall(path)
    ]


router: Final = routed()
