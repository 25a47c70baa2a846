"""Stretch of time that an insight is about: a quarter by the clocks of a zone."""

from typing import Any, Final

from projections.metrics.quarters import UnknownQuarter, quarter_at, quarter_named
from services.web.calls import Document, Refused, Value
from services.web.rendering import Screen
from services.web.visit import Visit

UNPROCESSABLE: Final = 422  # what a person can mend in the form
NOW_ONLY: Final = "These numbers are only known as they are now: leave as_of out of the address."


async def of_quarter(
    visit: Visit, path: str, template: str, title: str, **query: Value
) -> tuple[Screen, Document | None]:
    """Return the screen of an insight into a quarter, with what the API said; None: it refused.

    Raises: Refused.
    """
    require_now(visit)
    zone = visit.query.get("zone") or visit.clock.zone.key
    quarter = visit.query.get("quarter") or quarter_at(visit.now, visit.clock.zone.key).name
    asked = {**query, "quarter": quarter, "zone": zone, **now_reading(visit)}
    wrong, found = None, None
    try:
        found = await visit.calls.get(path, **asked)
    except Refused as refused:
        if refused.status != UNPROCESSABLE:
            raise
        wrong = refused
    facts: dict[str, Any] = {
        "quarter": quarter,
        "zone": zone,
        "wrong": wrong,
        "found": found,
        "beside": [] if found is None else _beside(quarter),
    }
    status = UNPROCESSABLE if wrong else 200
    return Screen(template=template, title=title, facts=facts, status=status), found


def require_now(visit: Visit) -> None:
    """Let a visit pass that asks for what is known now.

    Raises: Refused.
    """
    if visit.as_of:
        problem = {"title": "Only as it is now.", "detail": NOW_ONLY, "status": UNPROCESSABLE}
        raise Refused(problem, None)


def now_reading(visit: Visit) -> dict[str, Value]:
    """Return what such a read asks for: one's own writes."""
    return {"after_position": visit.reading["after_position"]}


def _beside(quarter: str) -> list[str]:
    try:
        this = quarter_named(quarter)
    except UnknownQuarter:  # pragma: no cover  the API refuses it first
        return []
    return [this.preceding.name, this.following.name]
