"""On-call reports: how much of a period is covered, and how evenly it is shared."""

import asyncio
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.web.calls import Document, path_of
from services.web.fields.moments import midnight
from services.web.page import page
from services.web.rendering import Screen
from services.web.visit import Visit, zone_named
from services.web.words import Clock

BACK: Final = timedelta(weeks=4)
AHEAD: Final = timedelta(weeks=12)
CAUSES: Final = {
    "forgotten": "Whoever's turn it is can be paged no more",
    "override": "An override takes somebody off, and puts nobody on",
    "empty_slot": "The slot is left empty",
    "nothing_planned": "No layer counts then",
}


async def show(visit: Visit) -> Screen:
    """Show coverage and fairness of a period."""
    schedule_id = visit.named("schedule")
    schedule: Document = await visit.calls.get(path_of("schedules", schedule_id), **visit.reading)
    zone = zone_named(schedule["zone"])
    today = visit.now.astimezone(zone).date()
    first = day_named(visit.query.get("from"), today - BACK)
    last = max(first, day_named(visit.query.get("until"), today + AHEAD))
    period = {"from": start_of(first, zone), "until": start_of(last + timedelta(days=1), zone)}
    coverage, fairness, who = await asyncio.gather(
        visit.calls.get(path_of("schedules", schedule_id, "coverage"), **period, **visit.reading),
        visit.calls.get(path_of("schedules", schedule_id, "fairness"), **period, **visit.reading),
        visit.who(),
    )
    return Screen(
        template="on_call/reports.html",
        title=f"{schedule['name']}: coverage and fairness",
        facts={
            "schedule": schedule,
            "theirs": Clock(now=visit.now, zone=zone),
            "first": first,
            "last": last,
            "coverage": coverage,
            "fairness": fairness,
            "causes": CAUSES,
            "who": who,
        },
    )


def day_named(text: str | None, default: date) -> date:
    """Return the day that an address names; what is no day is left out."""
    try:
        return date.fromisoformat(text) if text else default
    except ValueError:
        return default


def start_of(day: date, zone: ZoneInfo) -> str:
    """Return when a day begins, as the API reads it."""
    return midnight(day, zone).isoformat()


ROUTES = (page("/on-call/{schedule}/reports", show),)
