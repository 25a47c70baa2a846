"""Noise: which alerts wake people in vain, and which flap."""

import asyncio
from datetime import timedelta
from typing import Final

from services.web.calls import path_of
from services.web.page import page
from services.web.pages.alerts.overview import names_of
from services.web.rendering import Screen
from services.web.visit import Visit

KINDS: Final = (
    ("monitor", "monitor"),
    ("integration", "integration"),
    ("service", "service"),
    ("alert", "alert"),
    ("rule", "rule"),
)
PERIODS: Final = (("7", "7 days"), ("30", "30 days"), ("90", "90 days"))
SHOWN: Final = 50


async def show(visit: Visit) -> Screen:
    """Show noise and flapping of a period."""
    by = visit.query.get("by", "monitor")
    days = visit.query.get("days", "30")
    length = timedelta(days=int(days)) if days in dict(PERIODS) else timedelta(days=30)
    since = (visit.now - length).isoformat()
    noise, flapping, integrations = await asyncio.gather(
        visit.calls.get(path_of("metrics", "noise"), by=by, since=since, limit=SHOWN),
        visit.calls.get(path_of("metrics", "flapping"), since=since, limit=SHOWN),
        visit.calls.get(path_of("integrations")),
    )
    return Screen(
        template="alerts/noise.html",
        title="Noise",
        facts={
            "noise": noise["noise"],
            "flapping": flapping["alerts"],
            "sender": names_of(integrations["integrations"]),
            "by": by,
            "days": days,
            "kinds": KINDS,
            "periods": PERIODS,
        },
    )


ROUTES = (page("/alerts/noise", show),)
