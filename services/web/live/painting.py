"""Painting: a page's regions, rendered as for the page itself, for all who see the same."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.routing import Match
from starlette.types import Scope

from services.access.callers import Session
from services.web.calls import Calls
from services.web.page import PageRoute, around, web_of
from services.web.rendering import Screen, region
from services.web.visit import Visit

OWN: Final = frozenset({"after_position", "stored", "next", "in"})  # one's own way
NAMES_WHO: Final = frozenset({"session_id", "account_id", "person"})  # and not what they may do


@dataclass(frozen=True, slots=True)
class Address:
    """Address: of a page, as all who look at it have it."""

    path: str
    query: str

    @classmethod
    def of(cls, text: str) -> "Address":
        """Return the address without what only one viewer's has."""
        parts = urlsplit(text)
        kept = [one for one in parse_qsl(parts.query) if one[0] not in OWN]
        return cls(parts.path, urlencode(kept))

    @property
    def is_past(self) -> bool:
        """Say whether the page shows the past, which never changes."""
        return any(name == "as_of" for name, _ in parse_qsl(self.query))

    @property
    def whole(self) -> str:
        """Return path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """Painted: the regions of a page, and the incident that alone changes them, if one does."""

    texts: Mapping[str, str]
    about: UUID | None


def rights_of(session: Session) -> tuple[object, ...]:
    """Return everything that a session may do: whoever may do the same sees the same buttons."""
    return tuple(getattr(session, one.name) for one in fields(session) if one.name not in NAMES_WHO)


def page_at(request: Request, address: Address) -> tuple[PageRoute, Scope] | None:
    """Return the page of an address, and the request for it as its viewer would make it."""
    scope: Scope = {
        **request.scope,
        "method": "GET",
        "path": address.path,
        "raw_path": address.path.encode(),
        "query_string": address.query.encode(),
        "path_params": {},
        "state": {},
    }
    for route in request.app.routes:
        if isinstance(route, PageRoute):
            match, child = route.matches(scope)
            if match is Match.FULL:
                return route, {**scope, **child}
    return None


async def painted(route: PageRoute, scope: Scope, visit: Visit, position: int) -> Painted | None:
    """Return the regions as of a position or later, None if the page shows something else now.

    Raises: Refused.
    """
    query = parse_qsl(scope["query_string"].decode())
    asked = urlencode([*query, ("after_position", str(position))]).encode()
    request = Request({**scope, "query_string": asked}, _nothing)
    web = web_of(request)
    visit = replace(
        visit,
        request=request,
        calls=Calls(web.api, visit.session, uuid4().hex),
        now=web.clock(),
    )
    screen = await route.show(visit)
    if not isinstance(screen, Screen):
        return None
    beside = await around(visit)
    texts = {name: region(screen, name, beside) for name in screen.regions}
    return Painted(texts=texts, about=screen.about)


async def _nothing() -> dict[str, object]:
    return {"type": "http.request", "body": b"", "more_body": False}
