"""Jump: one field that finds an incident, a person or a service by what it is called."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import JSONResponse
from starlette.routing import Match

from services.web.calls import Refused, path_of
from services.web.page import Answer, PageRoute, page
from services.web.rendering import Screen
from services.web.visit import Visit

MOST: Final = 8  # of each kind
LONGEST: Final = 100  # characters that are looked for
NOT_ALLOWED: Final = 403
PEOPLE: Final = ("/settings/people/{}", "/people/{}", "/settings/people", "/on-call")
SERVICES: Final = ("/services/{}", "/services")

type Found = dict[str, str]


async def show(visit: Visit) -> Answer:
    """Show what is called so; a script is answered in JSON."""
    text = (visit.query.get("q") or "").strip()[:LONGEST]
    results = await found_by(visit, text) if text else []
    if "application/json" in visit.request.headers.get("accept", ""):
        return JSONResponse({"results": results})
    return Screen(template="jump.html", title="Jump", facts={"text": text, "results": results})


async def found_by(visit: Visit, text: str) -> list[Found]:
    """Return what the API finds of each kind, an exact name first."""
    incidents, people, services = await asyncio.gather(
        _listed(visit, "incidents", q=text, limit=MOST, **visit.reading),
        _listed(visit, "responders"),
        _listed(visit, "services"),
    )
    return [
        *(
            _found("Incident", one["title"], one["reference"], f"/incidents/{one['reference']}")
            for one in incidents
        ),
        *(
            _found("Person", one["name"], one["responder_id"], address)
            for one in matching(people, text, "name", "responder_id")
            if (address := _address(visit, PEOPLE, one["responder_id"]))
        ),
        *(
            _found("Service", one["name"], one["service_id"], address)
            for one in matching(services, text, "name", "service_id")
            if (address := _address(visit, SERVICES, one["service_id"]))
        ),
    ]


def matching(rows: Iterable[Mapping[str, Any]], text: str, *names: str) -> list[Mapping[str, Any]]:
    """Return the rows that are called so: those that begin with it first."""
    wanted = text.casefold()

    def place(row: Mapping[str, Any]) -> int:
        texts = [str(row.get(name) or "").casefold() for name in names]
        if any(one.startswith(wanted) for one in texts):
            return 0
        return 1 if any(wanted in one for one in texts) else 2

    placed = sorted(((place(row), number, row) for number, row in enumerate(rows)), key=_order)
    return [row for at, _, row in placed if at < 2][:MOST]  # noqa: PLR2004  2: not at all


def _order(placed: tuple[int, int, Mapping[str, Any]]) -> tuple[int, int]:
    return placed[:2]


async def _listed(visit: Visit, noun: str, **query: str | int | None) -> list[dict[str, Any]]:
    """Return a list of the API; what somebody may not read is not there for them."""
    try:
        answer = await visit.calls.get(path_of(noun), **query)
    except Refused as refused:
        if refused.status == NOT_ALLOWED:
            return []
        raise
    rows: list[dict[str, Any]] = answer[noun]
    return rows


def _found(kind: str, label: str, hint: str, href: str) -> Found:
    return {"kind": kind, "label": label, "hint": hint, "href": href}


def _address(visit: Visit, shapes: Iterable[str], name: str) -> str | None:
    """Return the first of these addresses that is a page of ours."""
    for shape in shapes:
        address = shape.format(quote(name, safe=""))
        scope = {**visit.request.scope, "method": "GET", "path": address, "path_params": {}}
        for route in visit.request.app.routes:
            if isinstance(route, PageRoute) and route.matches(scope)[0] is Match.FULL:
                return address
    return None


ROUTES = (page("/jump", show),)
