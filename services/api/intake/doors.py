"""Doors middleware: a message of a sender goes straight to its endpoint.

Nearly all that comes in are alerts, and it counts most in a storm of them. So their endpoint is
found by one look into a table, where the router tries one route after the other, and is asked
without FastAPI, which would solve the same dependencies each time. Whatever is not in the table,
such as a path where more than the key varies, takes the way of all requests to its endpoint.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.dependencies import Dependencies
from services.api.faults import answer_to
from services.api.http.guard import Public, guard_of
from services.api.http.load_shedding import Priority, priority_of

_OURS: Final = re.compile(r"(/v1/integrations/)([^/]+)(/[a-z0-9-]+)", re.ASCII)
_KEYED: Final = r"\1{key}\3"


@dataclass(frozen=True, slots=True)
class Door:
    """A route of senders, and what answers there."""

    route: APIRoute
    endpoint: Callable[[Request, Dependencies], Awaitable[Response]]


class Doors:
    """Doors middleware: stands behind the envelope, before the router."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._doors = {
            (method, route.path): Door(route, route.endpoint)
            for route in routes
            if isinstance(route, APIRoute) and _asks_nobody(route)
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a message of a sender; hand everything else on."""
        door, named = self._door_of(scope)
        if door is None:
            await self._app(scope, receive, send)
            return
        scope["route"], scope["path_params"] = door.route, named
        request = Request(scope, receive, send)
        try:
            answer = await door.endpoint(request, dependencies_of(request))
        except Exception as fault:  # noqa: BLE001  what nobody foresaw is raised again
            answer = await answer_to(request, fault)
        await answer(scope, receive, send)

    def _door_of(self, scope: Scope) -> tuple[Door | None, dict[str, Any]]:
        if scope["type"] != "http":
            return None, {}
        method, path = scope["method"], scope["path"]
        keyed = _OURS.fullmatch(path)
        if keyed is None:
            return self._doors.get((method, path)), {}
        return self._doors.get((method, keyed.expand(_KEYED))), {"key": keyed[2]}


def _asks_nobody(route: APIRoute) -> bool:
    """Return whether the guard lets everything in: the endpoint checks the sender's key itself."""
    is_public = isinstance(guard_of(route.dependant), Public) and route.body_field is None
    return is_public and priority_of(None, route.path) is Priority.NEVER_SHED


def dependencies_of(request: Request) -> Dependencies:
    """Return what the app was built with."""
    return cast("Dependencies", request.app.state.dependencies)
