"""Filters of the list of incidents: read from the address, said in words, and blamed when empty."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from services.web.calls import path_of
from services.web.visit import Visit

PART: Final = 50  # incidents on one page
ONE: Final = (
    "q",
    "severity",
    "phase",
    "service_id",
    "incident_type_id",
    "quarter",
    "drill",
    "oldest",
)
STATUS: Final = "status"
ORDER: Final = "oldest"  # hides nothing
NAMES: Final = {
    "q": "Title or reference",
    "severity": "Severity",
    STATUS: "Status",
    "phase": "Phase",
    "service_id": "Service",
    "incident_type_id": "Type",
    "quarter": "Quarter",
    "drill": "Drills",
    ORDER: "Order",
}
SAID: Final = {
    ("drill", "true"): "only drills",
    ("drill", "false"): "none",
    (ORDER, "true"): "oldest first",
}

type Chosen = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFilter:
    """A filter that is set: what it is, in words, and where the list is without it."""

    name: str
    said: str
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """what a filter hides: as many as one page would show without it."""

    filter: SetFilter
    count: int
    more: bool


def chosen_in(items: Sequence[tuple[str, str]]) -> Chosen:
    """Return the filters of an address; what the list does not know is left out."""
    apart = [
        (name, value)
        for name, values in items
        for value in (values.split(",") if name == STATUS else [values])
    ]
    known = [(name, value) for name, value in apart if name in {*ONE, STATUS} and value]
    return [
        (name, value)
        for place, (name, value) in enumerate(known)
        if name == STATUS or name not in {later for later, _ in known[place + 1 :]}
    ]


def asked(chosen: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the filters as the API asks for them."""
    one = {name: value for name, value in chosen if name != STATUS}
    return {**one, STATUS: [value for name, value in chosen if name == STATUS]}


def filters_in(
    chosen: Chosen, names: Mapping[str, str], past: Chosen | None = None
) -> list[SetFilter]:
    """Return each filter that is set, in the order of the address; values by their names."""
    return [
        SetFilter(
            name=NAMES[name],
            said=", ".join(_said(name, value, names) for other, value in chosen if other == name),
            without=urlencode([*_without(chosen, name), *(past or [])]),
        )
        for name in dict.fromkeys(name for name, _ in chosen)
    ]


async def hidden_by(visit: Visit, chosen: Chosen, filters: Sequence[SetFilter]) -> list[Hidden]:
    """Return what each filter alone hides from an empty list, the most first.

    Raises: Refused.
    """
    hiding = list(dict.fromkeys(name for name, _ in chosen))
    found = await asyncio.gather(
        *(
            visit.calls.get(
                path_of("incidents"), **asked(_without(chosen, name)), limit=PART, **visit.reading
            )
            for name in hiding
        )
    )
    counted = [
        Hidden(filter=one, count=len(part["incidents"]), more=part["next_cursor"] is not None)
        for name, one, part in zip(hiding, filters, found, strict=True)
        if name != ORDER and part["incidents"]
    ]
    return sorted(counted, key=lambda one: -one.count)


def _without(chosen: Chosen, name: str) -> Chosen:
    return [(other, value) for other, value in chosen if other != name]


def _said(name: str, value: str, names: Mapping[str, str]) -> str:
    return SAID.get((name, value)) or (f"“{value}”" if name == "q" else names.get(value, value))
