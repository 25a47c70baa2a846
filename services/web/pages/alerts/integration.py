"""Integration: the event debugger: what it sent last, what each message became, and why."""

import asyncio
from collections.abc import Sequence
from typing import Final

from services.web.calls import Document, or_none, path_of
from services.web.fields.numbers import number_in
from services.web.forms import Form
from services.web.page import Answer, action, page
from services.web.pages.alerts.words import BAD, OUTCOMES
from services.web.pages.settings.integrations import key_screen
from services.web.pages.settings.ownership import may_change
from services.web.rendering import Screen
from services.web.visit import Visit

SHOWN: Final = 20
GRACES: Final = (
    ("86400", "for a day more"),
    ("3600", "for an hour more"),
    ("604800", "for a week more"),
    ("0", "no more, as of now: it leaked"),
)


async def show(visit: Visit) -> Screen:
    """Show what an integration received."""
    integration_id = visit.named("integration")
    get = visit.calls.get
    integration = await get(path_of("integrations", integration_id), **visit.reading)
    arrivals, letters, rules, service = await asyncio.gather(
        get(
            path_of("integrations", integration_id, "arrivals"),
            outcome=visit.query.get("outcome"),
            before=visit.query.get("before"),
            limit=SHOWN,
        ),
        or_none(get(path_of("dead-letters"), integration_id=integration_id, limit=SHOWN)),
        get(path_of("routing-rules"), **visit.reading),
        or_none(get(path_of("services", integration["service_id"]))),
    )
    team_id = service["team_id"] if service else None
    owners = [f"integration.{integration_id}", f"team.{team_id}", "organisation"]
    return Screen(
        template="alerts/integration.html",
        title=integration["name"],
        facts={
            "integration": integration,
            "arrivals": arrivals["arrivals"],
            "next_before": arrivals["next_before"],
            "outcome": visit.query.get("outcome", ""),
            "letters": letters["dead_letters"] if letters else [],
            "lists": asked_in_order(rules["routing_rules"], owners),
            "outcomes": OUTCOMES,
            "bad": BAD,
            "graces": GRACES,
            "may_rotate": not integration["revoked_at"] and await may_change(visit, team_id),
            "who": await visit.who(),
        },
    )


async def rotate(visit: Visit, form: Form) -> Answer:
    """Give it another key, and show that for the one time, beside what came last."""
    integration_id = visit.named("integration")
    path = path_of("integrations", integration_id, "key-rotation")
    grace = number_in(form, "grace", None)
    body = {} if grace is None else {"grace_seconds": grace}
    made = await visit.calls.give("POST", path, form.command_id, body, form.text("seen"))
    arrivals = await visit.calls.get(
        path_of("integrations", integration_id, "arrivals"), limit=SHOWN
    )
    beside = {"arrivals": arrivals["arrivals"], "outcomes": OUTCOMES, "bad": BAD}
    return key_screen(visit, made, beside)


def asked_in_order(lists: Sequence[Document], owners: Sequence[str]) -> list[Document]:
    """Return the lists of these owners, in the order in which they are asked."""
    found = {one["routing_rules_id"]: one for one in lists}
    return [found[one] for one in owners if one in found]


ROUTES = (
    page("/alerts/integrations/{integration}", show),
    action("/alerts/integrations/{integration}/key", rotate, again=show),
)
