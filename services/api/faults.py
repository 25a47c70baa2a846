"""Exception handlers: whatever goes wrong below a route is answered as a problem document."""

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any, Final

import asyncpg
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.exceptions import HTTPException

from events.errors import AttachmentForged, CommandRejected, LogFault
from services.access.callers import Caller
from services.access.redaction import redacted_refusal
from services.api.http.dependencies import dependencies_of
from services.api.problems.table import fault_of, problem_of
from services.api.problems.wording import in_words
from services.api.writing.attempts import note
from services.request_refusals import (
    BodyTooLarge,
    Invalid,
    MediaTypeUnsupported,
    MethodNotAllowed,
    RequestInvalid,
    RequestMalformed,
    RequestRefused,
    RouteNotFound,
)

MOST_TOLD: Final = 50  # of what is wrong with one request: a person mends these first

# What a database that is down, frozen, full, read-only or recovering looks like from here.
WORLD_FAULTS: Final[tuple[type[Exception], ...]] = (
    LogFault,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    TimeoutError,
    OSError,
)

STATUS_REFUSALS: Final[dict[int, type[RequestRefused]]] = {
    HTTPStatus.NOT_FOUND: RouteNotFound,
    HTTPStatus.METHOD_NOT_ALLOWED: MethodNotAllowed,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: BodyTooLarge,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: MediaTypeUnsupported,
}

log = structlog.get_logger(__name__)


def handle_faults(app: FastAPI) -> None:
    """Register a handler for every class that may come out of a route."""
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)


async def answer_to(request: Request, fault: Exception) -> Response:
    """Return the answer to what came out of an endpoint; what nobody foresaw is raised again."""
    for kind, handler in HANDLERS.items():
        if isinstance(fault, kind):
            return await handler(request, fault)
    raise fault


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, CommandRejected)  # noqa: S101  as registered above
    if isinstance(refusal, AttachmentForged):  # no caller's fault: whoever runs the service acts
        log.error("attachment_forged", detail=refusal.detail, **refusal.facts)
    await note(request, refusal)
    return problem_of(request, await _as_seen(request, refusal))


async def _as_seen(request: Request, refusal: CommandRejected) -> CommandRejected:
    """Return the refusal without the names of incidents that the caller must not know of."""
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None:
        return refusal
    return await redacted_refusal(dependencies_of(request), caller.visibility, refusal)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  as registered above
    wrong = _causes(error.errors())
    invalid = [
        Invalid(
            field=".".join(str(part) for part in one["loc"]),
            reason=in_words(one),
        )
        for one in wrong[:MOST_TOLD]
    ]
    refusal = RequestInvalid(*invalid, left_out=len(wrong) - len(invalid))
    await note(request, refusal)
    return problem_of(request, refusal)


def _causes(wrong: Sequence[Any]) -> list[Any]:
    """Leave out what follows from another fault: a list is short of the items that are wrong."""
    outer = {one["loc"][:length] for one in wrong for length in range(1, len(one["loc"]))}
    return [one for one in wrong if one["type"] != "too_short" or one["loc"] not in outer]


async def _status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  as registered above
    refusal = STATUS_REFUSALS.get(error.status_code, RequestMalformed)
    if refusal is MethodNotAllowed:
        methods = ", ".join(methods_at(request))
        response = problem_of(request, MethodNotAllowed(f"It takes {methods}."))
        response.headers["Allow"] = methods
        return response
    response = problem_of(request, refusal(str(error.detail)))
    response.headers.update(error.headers or {})
    return response


def methods_at(request: Request) -> list[str]:
    """Return the methods of every operation at the request's path: the router tells of one."""
    contexts = iter_route_contexts(request.app.router.routes)
    routes = (context.original_route for context in contexts)
    found = {
        method
        for route in routes
        if isinstance(route, APIRoute) and route.path_regex.match(request.url.path)
        for method in route.methods or ()
    }
    return sorted(found)


async def _fault(request: Request, fault: Exception) -> Response:
    request.state.fault = type(fault).__name__
    return fault_of(request, fault)


type Handler = Callable[[Request, Exception], Awaitable[Response]]
HANDLERS: Final[dict[type[Exception], Handler]] = {
    CommandRejected: _refused,
    RequestValidationError: _invalid,
    HTTPException: _status,
    **dict.fromkeys(WORLD_FAULTS, _fault),
}
