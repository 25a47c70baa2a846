"""Authorization guard: every operation names its permission or says why it is public."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.params import Depends as DependsParameter
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute

from events.errors import IncidentNotFound
from services.access.permissions import Permission
from services.api.http.authentication import admitted
from services.api.http.bodies import strictly_read, without_body
from services.api.http.dependencies import dependencies_of
from services.api.http.incident_in_path import find_incident_in_path, refusal_is_due
from services.api.http.load_shedding import priority_of
from services.api.http.owner_in_path import require_owner_in_path
from services.api.http.seen import note_sighting


@dataclass(frozen=True, slots=True)
class Requires:
    """Marks an operation that requires a permission."""

    permission: Permission

    async def __call__(self) -> None:
        """Do nothing: the route has asked before it read the body."""


@dataclass(frozen=True, slots=True)
class Public:
    """The mark of an operation that anybody may call, or that checks its callers itself."""

    reason: str
    ignores_body: bool = False  # what is asked is asked whatever comes with it

    async def __call__(self) -> None:
        """Let everybody in."""


def requires(permission: Permission) -> DependsParameter:
    """Ask callers of an operation for a permission."""
    marked: DependsParameter = Depends(Requires(permission))
    return marked


def public(reason: str, *, ignores_body: bool = False) -> DependsParameter:
    """Open an operation to everybody, and say why that is right."""
    marked: DependsParameter = Depends(Public(reason, ignores_body))
    return marked


class GuardedRoute(APIRoute):
    """Guarded route: sheds load first, authenticates, then looks up what its path names.

    Only after these the body is read, strictly, and the rest of the request is validated. A body
    that no parameter declares is refused unread, unless the route says in the OpenAPI document that
    it takes one: then it reads it itself, by `read_body`.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler behind the guard."""
        handle = super().get_route_handler()
        guard = guard_of(self.dependant)
        permission = guard.permission if isinstance(guard, Requires) else None
        priority = priority_of(permission, self.path)
        body = self.body_field
        reads_itself = "requestBody" in (self.openapi_extra or {}) or (
            isinstance(guard, Public) and guard.ignores_body
        )

        async def admit(request: Request) -> Response:
            if permission is not None:
                caller = request.state.caller = await admitted(request, permission)
                await require_owner_in_path(request, caller, permission)
                await find_incident_in_path(request, caller)
            if body is not None:
                required = body.field_info.is_required()
                request = await strictly_read(request, required=required)
            elif not reads_itself:
                request = await without_body(request)
            answer = await handle(request)
            if permission is not None:
                note_sighting(request, request.state.caller, self.path)
            return answer

        async def guarded(request: Request) -> Response:
            clock = asyncio.get_running_loop().time
            began = clock()
            try:
                async with dependencies_of(request).load_shedding.entered(priority):
                    began = clock()
                    return await admit(request)
            except IncidentNotFound:
                await refusal_is_due(began)  # in nobody's way
                raise

        return guarded


def api_router(tag: str) -> APIRouter:
    """Return a router for one group of operations."""
    return APIRouter(
        tags=[tag], route_class=GuardedRoute, generate_unique_id_function=_operation_id
    )


def _operation_id(route: APIRoute) -> str:
    return route.name


def guard_of(dependant: Dependant) -> Requires | Public | None:
    """Return the mark an operation bears, None if it bears none."""
    return next(_marks(dependant), None)


def _marks(dependant: Dependant) -> Iterator[Requires | Public]:
    calls = (inner.call for inner in dependant.dependencies)
    return (call for call in calls if isinstance(call, Requires | Public))


def operations(routes: Sequence[BaseRoute]) -> Iterator[tuple[APIRoute, Requires | Public | None]]:
    """Yield every operation with its mark."""
    for context in iter_route_contexts(routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            yield route, guard_of(route.dependant)


def refuse_unguarded(routes: Sequence[BaseRoute]) -> None:
    """Stop an app with an unguarded operation from being built, or with one that has two marks.

    Raises: RuntimeError.
    """
    for route, mark in operations(routes):
        if len(list(_marks(route.dependant))) > 1:
            raise RuntimeError(f"{route.path}: name one permission, only the first is asked for")
        if mark is None or not isinstance(route, GuardedRoute):
            raise RuntimeError(f"{route.path}: name a permission, or say why it is public")
