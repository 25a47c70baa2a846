"""Status pages: every page, and one with its components and its last snapshot."""

import asyncio
from typing import Final

from services.web.calls import path_of
from services.web.page import page
from services.web.pages.status_pages.posts import STATUSES
from services.web.rendering import Screen
from services.web.rights.leading import leading, leading_of
from services.web.visit import Visit

SHOWN: Final = 20  # posts at once


async def show(visit: Visit) -> Screen:
    """Show every status page."""
    found = await visit.calls.get(path_of("status-pages"), **visit.reading)
    return Screen(
        template="status_pages/overview.html",
        title="Status pages",
        facts={
            "pages": found["status_pages"],
            "may_define": not visit.as_of and (await leading(visit)).may_begin,
        },
    )


async def show_one(visit: Visit) -> Screen:
    """Show one status page, what its readers were told, and when their copy was written."""
    path, cursor = path_of("status-pages", visit.named("page")), visit.query.get("cursor")
    shown, listed, services, teams = await asyncio.gather(
        visit.calls.get(path, **visit.reading),
        visit.calls.get(f"{path}/public-posts", cursor=cursor, limit=SHOWN, **visit.reading),
        visit.calls.get(path_of("services")),
        visit.calls.get(path_of("teams")),
    )
    snapshot = await visit.calls.get(f"{path}/snapshot")
    return Screen(
        template="status_pages/page.html",
        title=shown["name"],
        facts={
            "shown": shown,
            "listed": listed,
            "components": {one["component_id"]: one["name"] for one in shown["components"]},
            "words": dict(STATUSES),
            "who": await visit.who(listed),
            "snapshot": snapshot,
            "services": {one["service_id"]: one["name"] for one in services["services"]},
            "teams": {one["team_id"]: one["name"] for one in teams["teams"]},
            "may_define": not visit.as_of
            and leading_of(visit, teams["teams"]).may_change(shown["team_id"]),
        },
    )


ROUTES = (page("/status-pages", show), page("/status-pages/{page}", show_one))
