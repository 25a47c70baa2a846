"""Load of being on call: one's own, that of the people one answers for, and how evenly it falls."""

from dataclasses import replace
from typing import Any, Final

from services.web.calls import Document, path_of
from services.web.page import page
from services.web.pages.insights.stretch import of_quarter
from services.web.rendering import Screen
from services.web.visit import Visit

SPREADS: Final = (
    ("interruptions", "Interruptions"),
    ("out_of_hours", "Out of working hours"),
    ("broken_nights", "Broken nights"),
    ("on_call_hours", "Hours on call"),
)


async def show(visit: Visit) -> Screen:
    """Show the load of a quarter; whose a number is, is there for few."""
    screen, found = await of_quarter(
        visit, path_of("metrics", "load"), "insights/load.html", "Load of being on call"
    )
    facts: dict[str, Any] = {**screen.facts, "who": await visit.who()}
    if found is not None:
        facts |= _of(found, visit.session.person)
    return replace(screen, facts=facts)


def _of(found: Document, me: str) -> dict[str, Any]:
    mine = [one for one in found["people"] if one["responder_id"] == me]
    spreads = [(name, found["spread"][key]) for key, name in SPREADS]
    return {
        "mine": mine[0] if mine else None,
        "named": len(found["people"]) > len(mine),
        "spreads": [(name, one) for name, one in spreads if one is not None],
    }


ROUTES = (page("/insights/load", show, personal=True),)
