"""Numbers of a quarter: how many incidents of which kind, each with the list of those behind it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from projections.metrics.quarters import quarter_at
from services.web.calls import path_of
from services.web.pages.incidents.finding.filters import Chosen, asked
from services.web.visit import Visit

QUARTERS: Final = 8  # that can be chosen: two years
AT_ONCE: Final = 200  # of one answer of the API
MOST_PARTS: Final = 10  # which are read for one page


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number: how many, of what, and the address of the list of them."""

    said: str
    count: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Numbers of what a list shows, in groups; `more`: only the first so many were counted."""

    all: Number
    groups: list[tuple[str, list[Number]]]
    more: bool


async def in_numbers(visit: Visit, chosen: Chosen, services: Mapping[str, str]) -> dict[str, Any]:
    """Return the quarters that can be chosen, and the numbers of the one that is.

    Raises: Refused.
    """
    return {
        "quarters": quarters_until(visit.now),
        "numbers": await numbers_of(visit, chosen, services),
    }


async def numbers_of(visit: Visit, chosen: Chosen, services: Mapping[str, str]) -> Numbers | None:
    """Return the numbers of the quarter that is chosen, None without one.

    Raises: Refused.
    """
    if "quarter" not in dict(chosen):
        return None
    rows: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(MOST_PARTS):
        part = await visit.calls.get(
            path_of("incidents"), **asked(chosen), cursor=cursor, limit=AT_ONCE, **visit.reading
        )
        rows += part["incidents"]
        cursor = part["next_cursor"]
        if cursor is None:
            break
    kept = [one for one in chosen if one[0] != "oldest"]
    kept += [("as_of", visit.as_of)] if visit.as_of else []
    groups = (
        ("Severity", "severity", str),
        ("Status", "status", lambda one: str(one).capitalize()),
        ("Service", "service_id", lambda one: services.get(str(one), str(one))),
    )
    return Numbers(
        all=Number(said="incidents", count=len(rows), address=f"/incidents?{urlencode(kept)}"),
        groups=[(name, counted(rows, key, kept, said)) for name, key, said in groups],
        more=cursor is not None,
    )


def counted(
    rows: list[dict[str, Any]], key: str, kept: Chosen, said: Callable[[object], str]
) -> list[Number]:
    """Return how many rows say what about something; what says nothing is left out."""
    others = [one for one in kept if one[0] != key]
    found = Counter(row[key] for row in rows if row[key])
    return [
        Number(
            said=said(value),
            count=count,
            address=f"/incidents?{urlencode([*others, (key, value)])}",
        )
        for value, count in sorted(found.items())
    ]


def quarters_until(now: datetime) -> list[str]:
    """Return the names of the quarters that can be chosen, the one that runs first."""
    quarter, names = quarter_at(now, "UTC"), []
    for _ in range(QUARTERS):
        names.append(quarter.name)
        quarter = quarter.preceding
    return names
