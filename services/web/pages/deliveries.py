"""Deliveries: every message to everybody, with each attempt and the answer of its provider."""

import asyncio
from typing import Final

from services.web.calls import path_of
from services.web.page import page
from services.web.rendering import Screen
from services.web.visit import Visit

SHOWN: Final = 50
STATES: Final = (
    ("intended", "waits"),
    ("delayed", "delayed, tried again"),
    ("sent", "sent"),
    ("failed", "failed"),
    ("suppressed", "held back"),
)
KINDS: Final = (
    ("page", "page"),
    ("status_update", "status update"),
    ("notice", "notice"),
    ("verification_code", "verification code"),
)


async def show(visit: Visit) -> Screen:
    """Show the delivery log."""
    chosen = {name: visit.query.get(name) for name in ("responder_id", "state", "kind")}
    found, who = await asyncio.gather(
        visit.calls.get(
            path_of("deliveries"),
            cursor=visit.query.get("cursor"),
            limit=SHOWN,
            **chosen,
            **visit.reading,
        ),
        visit.who(),
    )
    return Screen(
        template="deliveries.html",
        title="Deliveries",
        facts={
            "deliveries": found["deliveries"],
            "next_cursor": found["next_cursor"],
            "chosen": chosen,
            "people": sorted(who.people.items(), key=lambda one: one[1]),
            "states": STATES,
            "kinds": KINDS,
            "who": who,
        },
    )


ROUTES = (page("/pages", show),)
