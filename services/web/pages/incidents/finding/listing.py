"""List of incidents: past ones too, with filters and search in the address, and as CSV."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Final
from urllib.parse import urlencode

from starlette.responses import StreamingResponse

from services.access.permissions import Permission
from services.web.calls import Calls, Document, path_of
from services.web.csv_text import csv_line
from services.web.page import Answer, page
from services.web.pages.incidents.commands.choices import PHASES, SEVERITIES
from services.web.pages.incidents.course import answered_after, opened_for
from services.web.pages.incidents.finding.filters import (
    PART,
    asked,
    chosen_in,
    filters_in,
    hidden_by,
)
from services.web.pages.incidents.finding.numbers import in_numbers
from services.web.rendering import Screen
from services.web.visit import Visit

MOST: Final = 200  # of one answer of the API
STATUSES: Final = (
    "declared",
    "acknowledged",
    "mitigated",
    "resolved",
    "closed",
    "declined",
    "merged",
)
VIEWS: Final = (
    ("Open", "status=declared&status=acknowledged&status=mitigated"),
    ("All", ""),
    ("Nobody has answered", "status=declared"),
    ("Resolved, not closed", "status=resolved"),
    ("Declined", "status=declined"),
    ("Drills", "drill=true"),
)
COLUMNS: Final = (
    "reference",
    "title",
    "severity",
    "status",
    "phase",
    "service_id",
    "incident_type_id",
    "mode",
    "private",
    "declared_by",
    "declared_at",
    "acknowledged_by",
    "acknowledged_at",
    "mitigated_at",
    "resolved_at",
)


async def show(visit: Visit) -> Screen:
    """Show a part of the list."""
    chosen = chosen_in(visit.request.query_params.multi_items())
    found, services, types, saved = await asyncio.gather(
        visit.calls.get(
            path_of("incidents"),
            **asked(chosen),
            cursor=visit.query.get("cursor"),
            limit=PART,
            **visit.reading,
        ),
        visit.calls.get(path_of("services")),
        visit.calls.get(path_of("incident-types")),
        visit.calls.get(path_of("me", "views")),
    )
    address = urlencode(chosen)
    filters = filters_in(chosen, names := _names(services, types), _past(visit))
    return Screen(
        template="incidents.html",
        title="Incidents",
        facts={
            "rows": (rows := found["incidents"]),
            "spans": {row["reference"]: (answered_after(row), opened_for(row)) for row in rows},
            "who": await visit.who(found),
            "chosen": dict(chosen),
            "statuses": [value for name, value in chosen if name == "status"],
            "all_statuses": STATUSES,
            "severities": SEVERITIES,
            "phases": PHASES,
            "services": services["services"],
            "types": types["incident_types"],
            **_views(visit, saved),
            "address": address,
            "filters": filters,
            **await in_numbers(visit, chosen, names),
            "hidden": [] if rows else await hidden_by(visit, chosen, filters),
            "inside": urlencode({"in": "&".join(filter(None, [address, _cursor(visit)]))}),
            "next": _next(chosen, found["next_cursor"], visit),
            "may_declare": visit.may(Permission.INCIDENT_DECLARE),
        },
    )


def _views(visit: Visit, saved: Document) -> Document:
    return {
        "views": list(VIEWS),
        "saved": [(one["name"], one["query"]) for one in saved["views"]],
        "may_save": visit.may(Permission.ACCOUNT_OWN) and not visit.as_of,
    }


def _names(services: Document, types: Document) -> dict[str, str]:
    """Return the names of what a filter names by its id."""
    return {one["service_id"]: one["name"] for one in services["services"]} | {
        one["incident_type_id"]: one["name"] for one in types["incident_types"]
    }


def _cursor(visit: Visit) -> str:
    cursor = visit.query.get("cursor")
    return urlencode({"cursor": cursor}) if cursor else ""


def _next(chosen: list[tuple[str, str]], cursor: str | None, visit: Visit) -> str | None:
    if cursor is None:
        return None
    return "/incidents?" + urlencode([*chosen, *_past(visit), ("cursor", cursor)])


def _past(visit: Visit) -> list[tuple[str, str]]:
    return [("as_of", visit.as_of)] if visit.as_of else []


async def export(visit: Visit) -> Answer:
    """Return the whole list as CSV, with the same filters."""
    chosen = chosen_in(visit.request.query_params.multi_items())
    first = await _part(visit.calls, chosen, None, visit.reading)
    headers = {"Content-Disposition": 'attachment; filename="incidents.csv"'}
    return StreamingResponse(
        _lines(visit, chosen, first), media_type="text/csv; charset=utf-8", headers=headers
    )


async def _lines(visit: Visit, chosen: list[tuple[str, str]], part: Document) -> AsyncIterator[str]:
    yield csv_line([*COLUMNS, "seconds_to_acknowledge", "seconds_open"])
    while True:
        for row in part["incidents"]:
            yield csv_line([*(row[name] for name in COLUMNS), answered_after(row), opened_for(row)])
        if part["next_cursor"] is None:
            return
        part = await _part(visit.calls, chosen, part["next_cursor"], visit.reading)


async def _part(
    calls: Calls,
    chosen: list[tuple[str, str]],
    cursor: str | None,
    reading: Mapping[str, str | None],
) -> Document:
    return await calls.get(
        path_of("incidents"), **asked(chosen), cursor=cursor, limit=MOST, **reading
    )


ROUTES = (page("/incidents", show), page("/incidents.csv", export))
