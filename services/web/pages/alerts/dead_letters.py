"""Dead letters: what came behind a good key and could not be read, with its reason."""

import asyncio
from typing import Final

from services.web.calls import path_of
from services.web.page import page
from services.web.pages.alerts.overview import names_of
from services.web.rendering import Screen
from services.web.visit import Visit

SHOWN: Final = 50


async def show(visit: Visit) -> Screen:
    """Show the dead letters."""
    letters, integrations = await asyncio.gather(
        visit.calls.get(path_of("dead-letters"), before=visit.query.get("before"), limit=SHOWN),
        visit.calls.get(path_of("integrations")),
    )
    found = letters["dead_letters"]
    return Screen(
        template="alerts/dead_letters.html",
        title="Dead letters",
        facts={
            "letters": found,
            "sender": names_of(integrations["integrations"]),
            "next_before": found[-1]["number"] if len(found) == SHOWN else None,
        },
    )


async def show_one(visit: Visit) -> Screen:
    """Show one dead letter with its beginning."""
    letter = await visit.calls.get(path_of("dead-letters", visit.named("number")))
    return Screen(template="alerts/dead_letter.html", title="Dead letter", facts={"letter": letter})


ROUTES = (
    page("/alerts/dead-letters", show),
    page("/alerts/dead-letters/{number}", show_one),
)
