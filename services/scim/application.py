"""SCIM application: who may knock, what is read, and how every answer looks."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

import structlog
from scim2_models import (
    Context,
    Error,
    InvalidSyntaxException,
    ListResponse,
    NotFoundException,
    PayloadTooLargeException,
    Resource,
    ResourceType,
    Schema,
    SCIMException,
)
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.errors import StreamConflict
from services.access.callers import caller_with, good_key
from services.access.permissions import Permission
from services.identity.directory.directory import Directory
from services.request_refusals import BodyMalformed, NotAuthenticated
from services.scim import groups, users
from services.scim.answers import Answer, error_of
from services.scim.desk import Desk
from services.scim.resources import TOLERANT, provider_config, resource_types, schemas
from services.strict_json import read_json

PREFIX: Final = "/scim/v2"
LARGEST: Final = 1_048_576  # bytes of a body
TRIES: Final = 3  # members of a group are often added at the same time
BROKEN: Final = "Tocsin made a mistake here. It is in its log under the number in X-Request-Id."

type Handle = Callable[[Desk, Directory, Request, Any], Awaitable[Answer]]

logs = structlog.get_logger(__name__)


class SearchedApart(SCIMException):
    """Users and groups are searched apart."""

    status = HTTPStatus.NOT_IMPLEMENTED


def create_scim(desk: Desk) -> Starlette:
    """Return the application at which a directory keeps people and groups up to date."""

    def route(path: str, **handles: Handle) -> Route:
        return Route(PREFIX + path, _endpoint(desk, handles), methods=list(handles))

    return Starlette(
        routes=[
            route("/Users", GET=users.list_users, POST=users.create_user),
            route("/Users/.search", POST=users.list_users),
            route(
                "/Users/{id}",
                GET=users.show_user,
                PUT=users.replace_user,
                PATCH=users.patch_user,
                DELETE=users.remove_user,
            ),
            route("/Groups", GET=groups.list_groups, POST=groups.create_group),
            route("/Groups/.search", POST=groups.list_groups),
            route("/.search", POST=_search),
            route(
                "/Groups/{id}",
                GET=groups.show_group,
                PUT=groups.replace_group,
                PATCH=groups.patch_group,
                DELETE=groups.remove_group,
            ),
            route("/ServiceProviderConfig", GET=_config),
            route("/Schemas", GET=_schemas),
            route("/Schemas/{id}", GET=_schema),
            route("/ResourceTypes", GET=_types),
            route("/ResourceTypes/{id}", GET=_type),
        ],
        exception_handlers={HTTPException: _nowhere},
    )


def _endpoint(desk: Desk, handles: dict[str, Handle]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        request_id = uuid4().hex
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                with TOLERANT:
                    method = "GET" if request.method == "HEAD" else request.method
                    found = await _handled(desk, handles[method], request)
            except Exception as fault:  # noqa: BLE001  every answer here is SCIM's own
                found = _refused(fault)
        found.headers["X-Request-Id"] = request_id
        found.headers["Cache-Control"] = "no-store"
        return found.response()

    return answer


async def _handled(desk: Desk, handle: Handle, request: Request) -> Answer:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    key = await good_key(desk.reads, text.strip() if scheme.lower() == "bearer" else "")
    caller = await caller_with(desk.reads, key, Permission.SCIM_WRITE, None)
    body = await _body(request) if request.method in {"POST", "PUT", "PATCH"} else None
    tries = 1 if "if-match" in request.headers else TRIES
    for left in reversed(range(tries)):
        try:
            return await handle(desk, desk.directory(caller.actor.principal), request, body)
        except StreamConflict:
            if not left:
                raise
    raise RuntimeError("a request is tried at least once")


def _refused(fault: Exception) -> Answer:
    refusal = error_of(fault)
    if refusal is None:
        logs.error("scim_broken", exc_info=fault)
        error = Error(status=HTTPStatus.INTERNAL_SERVER_ERROR, detail=BROKEN)
        return Answer(error.model_dump(), HTTPStatus.INTERNAL_SERVER_ERROR)
    if isinstance(fault, NotAuthenticated):
        refusal.headers["WWW-Authenticate"] = "Bearer"
    return refusal


async def _body(request: Request) -> dict[str, Any]:
    """Return the object in the body.

    Raises: PayloadTooLargeException, InvalidSyntaxException.
    """
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > LARGEST:
            raise PayloadTooLargeException(detail=f"A body is at most {LARGEST} bytes.")
    try:
        found = read_json(bytes(raw))
    except BodyMalformed as refused:
        raise InvalidSyntaxException(detail=refused.detail) from None
    if not isinstance(found, dict):
        raise InvalidSyntaxException(detail="A body is a JSON object.")
    return found


async def _nowhere(_request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else HTTPStatus.NOT_FOUND
    given = fault.headers if isinstance(fault, HTTPException) else None
    error = Error(status=status, detail="There is nothing at this address, or not by this method.")
    return Answer(error.model_dump(), HTTPStatus(status), dict(given or {})).response()


async def _search(_desk: Desk, _directory: Directory, _request: Request, _body: Any) -> Answer:
    raise SearchedApart(detail="Search users and groups apart: /Users/.search, /Groups/.search.")


async def _config(_desk: Desk, _directory: Directory, _request: Request, _body: Any) -> Answer:
    config = provider_config()
    return Answer(config.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))


async def _types(_desk: Desk, _directory: Directory, _request: Request, _body: Any) -> Answer:
    return _list(ResourceType, resource_types())


async def _type(_desk: Desk, _directory: Directory, request: Request, _body: Any) -> Answer:
    return _one(resource_types(), request)


async def _schemas(_desk: Desk, _directory: Directory, _request: Request, _body: Any) -> Answer:
    return _list(Schema, schemas())


async def _schema(_desk: Desk, _directory: Directory, request: Request, _body: Any) -> Answer:
    return _one(schemas(), request)


def _list(kind: type[Resource[Any]], found: list[Any]) -> Answer:
    answer = ListResponse[kind](  # type: ignore[valid-type]
        total_results=len(found), start_index=1, items_per_page=len(found), resources=found
    )
    return Answer(answer.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))


def _one(found: list[Any], request: Request) -> Answer:
    wanted = request.path_params["id"].lower()
    for one in found:
        if str(one.id).lower() == wanted:
            return Answer(one.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))
    raise NotFoundException(detail=f"There is no {request.path_params['id']}.")
