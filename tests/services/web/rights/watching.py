"""Watching: what a page asked of the API, what the API asked for, and what it answered."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.routing import Match, Route
from starlette.types import Message, Receive, Scope, Send

from services.access.callers import SESSION
from services.access.permissions import Permission
from services.api.http.guard import Requires, operations

READING = {"GET", "HEAD"}
FORBIDDEN = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One operation of the API that a page asked for."""

    method: str
    path: str
    status: int
    missing: str | None  # the permission whose lack was the refusal


@dataclass(kw_only=True)
class Watching:
    """The API with somebody who looks on; what somebody asks for can be kept from being done."""

    app: FastAPI
    pretending: set[str] = field(default_factory=set)  # who only tries
    asked: dict[str, list[Asked]] = field(default_factory=lambda: defaultdict(list))  # by whom
    _guarded: list[tuple[APIRoute, Permission]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for route, mark in operations(self.app.router.routes):
            if isinstance(mark, Requires):
                self._guarded.append((route, mark.permission))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        who = scope[SESSION].account_id
        if who in self.pretending and scope["method"] not in READING:
            headers = [*scope["headers"], (b"tocsin-dry-run", b"true")]
            scope = {**scope, "headers": headers}
        said: dict[str, Any] = {"body": b""}

        async def listening(message: Message) -> None:
            said["status"] = message.get("status", said.get("status"))
            said["body"] += message.get("body", b"")
            await send(message)

        await self.app(scope, receive, listening)
        forbidden = said["status"] == FORBIDDEN
        self.asked[who].append(
            Asked(
                method=scope["method"],
                path=scope["path"],
                status=said["status"],
                missing=json.loads(said["body"]).get("permission") if forbidden else None,
            )
        )

    def permission(self, asked: Asked) -> Permission | None:
        """Return what an operation asks for."""
        scope = {"type": "http", "method": asked.method, "path": asked.path, "path_params": {}}
        for route, permission in self._guarded:
            if route.matches({**scope, "root_path": ""})[0] is Match.FULL:
                return permission
        return None

    def taken(self, who: str) -> list[Asked]:
        """Return what somebody asked for since the last time."""
        return self.asked.pop(who, [])


def watched(app: Starlette) -> Watching:
    """Look on from now on at what the pages ask for."""
    watching = Watching(app=app.state.web.api)
    app.state.web = replace(app.state.web, api=watching)
    return watching


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form" and named.get("method") == "post":
            self.found.append(named["action"])
        if "formaction" in named:
            self.found.append(named["formaction"])


def forms_on(html: str) -> set[str]:
    """Return where the forms of a page go to, without what is asked for in the address."""
    parser = _Forms()
    parser.feed(html)
    return {address.partition("?")[0] for address in parser.found}


def route_at(routes: Iterable[Route], method: str, address: str) -> tuple[Route, Mapping[str, str]]:
    """Return the route that an address leads to, and what it names.

    Raises: LookupError.
    """
    scope = {"type": "http", "method": method, "path": address, "path_params": {}}
    for route in routes:
        match, found = route.matches({**scope, "root_path": ""})
        if match is Match.FULL:
            return route, found["path_params"]
    raise LookupError(f"{method} {address}")
