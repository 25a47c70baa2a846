"""Intake endpoints: for every source `POST /v1/integrations/{key}/{source}`, and its own paths.

The key is checked before the body is read. Every message behind a good key is kept before it is
answered; what cannot be read is a dead letter besides.
"""

import re
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any, Final, cast

from fastapi import APIRouter, Request, Response

from services.api.dependencies import Dependencies, Deps
from services.api.http.guard import api_router, public
from services.api.http.headway import made_headway
from services.api.intake.keeping.envelope import message_of
from services.api.intake.keeping.taking import intake_for, keep_refused, read_parts, taken
from services.api.intake.key_place import KeyPlace
from services.api.intake.signature import checked
from services.api.intake.source import OpenApi, Source
from services.api.intake.sources import all_sources
from services.api.problems.table import WORDED
from services.intake.arrival import Arrival, Sender
from services.request_refusals import (
    Invalid,
    NotAuthenticated,
    RequestInvalid,
)

KEY_FIRST: Final = "the integration's key is checked before the body means anything; it is in"
_REFUSED: Final = "This is not the key of an integration, or it was revoked; it stands in {where}."
_NO_KEY: Final = "There is no key of an integration in {where}."


_PARTS: Final = {"key": "The integration's secret key."}
_PART: Final = re.compile(r"\{(\w+)(?::path)?\}")
_WRONG_KEY: Final = {"401": {"$ref": "#/components/responses/Problem401"}}
_NO_WORD: Final = re.compile(r"\W+")
_KEY_LENGTH: Final = 255
_KEY_OF_REPEAT: Final = {
    "name": "idempotency-key",
    "in": "header",
    "required": False,
    "description": "A repeat with the same key is the same message.",
    "schema": {"type": "string", "maxLength": _KEY_LENGTH},
}


async def admitted(request: Request, dependencies: Dependencies, key: str, where: str) -> Sender:
    """Return the integration whose key this is.

    Raises: NotAuthenticated, LogUnavailable.
    """
    if not key:
        raise NotAuthenticated(_NO_KEY.format(where=where))
    sender = await dependencies.senders.sender_with(dependencies.log, key, dependencies.clock())
    if sender is None:
        raise NotAuthenticated(_REFUSED.format(where=where))
    request.state.principal = sender.principal
    return sender


def receiving[Heard, Became](
    source: Source[Heard, Became], place: KeyPlace
) -> Callable[..., Coroutine[Any, Any, Response]]:
    """Return the endpoint that takes in what a source's senders send."""

    async def receive(request: Request, dependencies: Deps) -> Response:
        request.state.wording = source.wording
        key, request = await place.shown(request)
        sender = await admitted(request, dependencies, key, place.words)
        arrival = _arrival(source, request, sender, dependencies.clock())
        read = await read_parts(
            source, checked(source.parts(request), source.signature, arrival), arrival
        )
        request_id: str = request.state.request_id
        headway = partial(made_headway, request)
        intake = intake_for(dependencies, source, arrival, request_id, headway)
        heard = cast("Heard", read.heard)
        if not source.keeps and read.refusal is not None:
            raise read.refusal
        if not source.keeps or (request.method == "GET" and read.refusal is None):  # a question
            return _written(source, await source.take(heard, intake))
        message, envelope = message_of(arrival, read.body, source.name, request_id)
        if read.refusal is not None:
            await keep_refused(source, read.refusal, message, envelope, dependencies)
            raise read.refusal
        return _written(source, await taken(source, heard, intake, dependencies, message))

    return receive


def _written[Became](source: Source[Any, Became], became: Became) -> Response:
    answer = source.answer(became)
    if isinstance(answer, Response):
        return answer
    text = answer.model_dump_json(by_alias=True)
    return Response(text, source.status, media_type="application/json")


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


def routed() -> APIRouter:
    """Return a router with the operations of each source: one for each of its paths.

    Paths that do not vary come first: what many senders use is found without a look at the others.
    """
    router = api_router("intake")
    answered = [(source, path) for source in all_sources() for path in source.every_path]
    for source in all_sources():
        answered += [(one, path) for one in source.operations for path in one.paths]
    for source, path in sorted(answered, key=lambda one: "{" in one[1]):
        _add_route(router, source, path)
    return router


def _add_route(router: APIRouter, source: Source[Any, Any], path: str) -> None:
    place = source.key_at(path)
    parameters: list[OpenApi] = [*_in_path(path), *place.parameters, *source.query]
    if source.heeds_idempotency_key:
        parameters.append(_KEY_OF_REPEAT)
    for method in source.methods:
        router.add_api_route(
            path,
            receiving(source, place),
            methods=[method],
            name=_operation(source, path, method),
            summary=f"Receive {source.title}",
            description=source.description,
            status_code=source.status,
            response_model=source.answers,
            dependencies=[public(f"{KEY_FIRST} {place.words}", ignores_body=not source.body)],
            openapi_extra=({"requestBody": source.body} if source.body else {})
            | ({WORDED: True} if source.wording else {"responses": _WRONG_KEY})
            | {"parameters": parameters},
        )


def _operation(source: Source[Any, Any], path: str, method: str) -> str:
    name = f"receive_{source.name.replace('-', '_')}"
    if path != source.path:
        name += f"_at{_NO_WORD.sub('_', path).rstrip('_')}"
        name += "_with_slash" if path.endswith("/") else ""
    return name if method == source.methods[0] else f"{name}_by_{method.lower()}"


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
