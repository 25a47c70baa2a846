"""Neighbours of an incident: what is before and after it in the list it was opened from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from services.web.calls import path_of
from services.web.pages.board import grouped, open_incidents
from services.web.pages.incidents.finding.filters import PART, asked, chosen_in
from services.web.visit import Visit

BOARD: Final = "board"


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Neighbours: what keys `j` and `k` lead to, without going back."""

    back: str
    name: str
    place: int | None  # None: it is no longer in the list
    among: int
    before: str | None
    after: str | None


async def neighbours_of(visit: Visit, reference: str) -> Neighbours | None:
    """Return the neighbours, None where the incident was opened by itself."""
    given = visit.query.get("in")
    if not given or visit.as_of:
        return None
    if given == BOARD:
        found = await open_incidents(visit.calls, visit.reading)
        groups = grouped(found["incidents"])
        order = [row["reference"] for group in groups for row in group.rows]
        return between(order, reference, given, "/", "Board")
    items = parse_qsl(given)
    found = await visit.calls.get(
        path_of("incidents"),
        **asked(chosen_in(items)),
        cursor=dict(items).get("cursor"),
        limit=PART,
        **visit.reading,
    )
    order = [row["reference"] for row in found["incidents"]]
    cursor = [(name, value) for name, value in items if name == "cursor"]
    back = urlencode([*chosen_in(items), *cursor])
    return between(order, reference, given, f"/incidents?{back}", "Incidents")


def between(order: Sequence[str], reference: str, given: str, back: str, name: str) -> Neighbours:
    """Return what stands beside the incident in this order."""

    def address(place: int) -> str | None:
        if not 0 <= place < len(order):
            return None
        return f"/incidents/{order[place]}?{urlencode({'in': given})}"

    if reference not in order:
        return Neighbours(
            back=back, name=name, place=None, among=len(order), before=None, after=address(0)
        )
    place = order.index(reference)
    return Neighbours(
        back=back,
        name=name,
        place=place + 1,
        among=len(order),
        before=address(place - 1),
        after=address(place + 1),
    )
