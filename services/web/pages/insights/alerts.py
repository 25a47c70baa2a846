"""Alert quality: what each alert rule called people for, those that wasted most first."""

from dataclasses import replace
from typing import Any, Final

from services.web.calls import Document, path_of
from services.web.page import page
from services.web.pages.insights.stretch import of_quarter
from services.web.rendering import Screen
from services.web.visit import Visit

MOST: Final = 50
PERCENT: Final = 100


async def show(visit: Visit) -> Screen:
    """Show the alert rules of a quarter."""
    screen, found = await of_quarter(
        visit,
        path_of("metrics", "alert-quality"),
        "insights/alerts.html",
        "Alert quality",
        service=visit.query.get("service") or None,
        limit=MOST,
    )
    services = (await visit.calls.get(path_of("services")))["services"]
    facts: dict[str, Any] = {
        **screen.facts,
        "rules": [_rule(one) for one in found["rules"]] if found else [],
        "service": visit.query.get("service") or "",
        "services": sorted(services, key=lambda one: str(one["name"]).casefold()),
    }
    return replace(screen, facts=facts)


def _rule(one: Document) -> Document:
    actionable = one["actionable"]
    outcomes = one["outcomes"]
    return {
        **one,
        "actionable": None if actionable is None else f"{round(actionable * PERCENT)} %",
        "worked": outcomes.get("worked", 0),
        "vain": sum(outcomes.get(name, 0) for name in ("acknowledged", "untouched", "declined")),
        "open": outcomes.get("open", 0),
    }


ROUTES = (page("/insights/alerts", show),)
