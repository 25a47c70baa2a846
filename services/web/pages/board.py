"""Board: what is open, grouped by what it needs, and who is on call."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from services.access.permissions import Permission
from services.web.calls import Calls, Document, path_of
from services.web.page import page
from services.web.rendering import Screen
from services.web.visit import Visit

OPEN: Final = ["declared", "acknowledged", "mitigated"]
MOST: Final = 1_000  # incidents, as many as the API gives at once
SHOWN: Final = 50  # rows of a group, and as many again that were taken last
PAGINGS: Final = {
    "none": "Nobody is paged",
    "snoozed": "Snoozed",
    "waiting": "Paged later",
    "paging": "People are being paged",
    "acknowledged": "Acknowledged",
    "exhausted": "Everybody was paged, nobody answered",
    "degraded": "Pages cannot be sent",
}
GROUPS: Final = {
    "unanswered": "Nobody has answered",
    "worked": "Being worked on",
    "waiting": "Waiting",
    "watched": "Mitigated, being watched",
}
UNANSWERED: Final = frozenset({"none", "paging", "exhausted", "degraded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Group: the open incidents that need the same next, and those of them that are shown."""

    key: str
    name: str
    count: int
    rows: Sequence[dict[str, Any]]


async def show(visit: Visit) -> Screen:
    """Show the board."""
    incidents, on_call, ready, public = await asyncio.gather(
        open_incidents(visit.calls, visit.reading),
        visit.calls.get(path_of("on-call")),
        visit.calls.get("/health/ready"),
        visit.calls.get(path_of("status-pages")),
    )
    who = await visit.who(incidents)
    whole = visit.query.get("whole")
    past = {"as_of": visit.as_of} if visit.as_of else {}
    return Screen(
        template="board.html",
        title="Board",
        facts={
            "groups": grouped(incidents["incidents"], whole),
            "oldest": oldest(incidents["next_cursor"], past),
            "whole": {key: "/?" + urlencode({"whole": key, **past}) for key in GROUPS},
            "here": "/?" + urlencode({"whole": whole}) if whole in GROUPS else "/",
            "on_call": on_call["schedules"],
            "degraded": ready["degraded"],
            "public": public["status_pages"],
            "who": who,
            "pagings": PAGINGS,
            "selected": visit.query.get("select") == "unanswered",
            "may_act": visit.may(Permission.INCIDENT_COMMAND),
        },
        regions=("board", "around"),
    )


async def open_incidents(calls: Calls, reading: Mapping[str, str | None]) -> Document:
    """Return all open incidents."""
    return await calls.get(path_of("incidents"), status=OPEN, limit=MOST, **reading)


def oldest(more: str | None, past: dict[str, str]) -> str | None:
    """Return where those are seen that do not fit on the board, None if all do."""
    asked = {"status": OPEN, "oldest": "true", **past}
    return None if more is None else "/incidents?" + urlencode(asked, doseq=True)


def grouped(rows: Sequence[dict[str, Any]], whole: str | None = None) -> list[Group]:
    """Return the groups that are not empty, the one that needs people most first.

    Nobody reads hundreds of rows: of a long group those are shown that need people most, unless
    the whole of it was asked for.
    """
    found: dict[str, list[dict[str, Any]]] = {key: [] for key in GROUPS}
    for row in sorted(rows, key=lambda row: (row["severity"] or "SEV0", row["declared_at"])):
        found[need_of(row)].append(row)
    return [
        Group(
            key=key,
            name=GROUPS[key],
            count=len(members),
            rows=members if key == whole else shortened(members),
        )
        for key, members in found.items()
        if members
    ]


def shortened(rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Return the first of many rows, and those taken last: nobody's own goes out of sight."""
    if len(rows) <= SHOWN:
        return rows
    taken = [row for row in rows[SHOWN:] if row["held_by"] and row["acknowledged_at"]]
    newest = sorted(taken, key=lambda row: str(row["acknowledged_at"]))[-SHOWN:]
    kept = {row["incident_id"] for row in newest}
    return [row for at, row in enumerate(rows) if at < SHOWN or row["incident_id"] in kept]


def need_of(row: dict[str, Any]) -> str:
    """Return the key of the group that an open incident belongs to."""
    if row["status"] == "mitigated":
        return "watched"
    if row["status"] == "declared" and row["paging"] in UNANSWERED:
        return "unanswered"
    if row["paging"] in {"waiting", "snoozed"} or row["status"] == "declared":
        return "waiting"
    return "worked"


ROUTES = (page("/", show),)
