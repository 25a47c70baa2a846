"""Work items: what waits for business hours, the late ones first."""

from typing import Any, Final

from services.access.permissions import Permission
from services.web.calls import path_of
from services.web.page import page
from services.web.rendering import Screen
from services.web.visit import Visit

MOST: Final = 200
VIEWS: Final = (("open", "Open"), ("completed", "Completed"), ("over", "No longer needed"))


async def show(visit: Visit) -> Screen:
    """Show the work items of one state, of everybody or of one person."""
    state = visit.query.get("state") or "open"
    owner = visit.query.get("owner")
    found = await visit.calls.get(
        path_of("work-items"), state=state, owner=owner, limit=MOST, **visit.reading
    )
    who = await visit.who(found)
    return Screen(
        template="work.html",
        title="Work items",
        facts={
            "items": ordered(found["work_items"]),
            "state": state,
            "owner": owner,
            "views": VIEWS,
            "who": who,
            "people": sorted(who.people.items(), key=lambda one: one[1].casefold()),
            "full": len(found["work_items"]) == MOST,
            "may_act": visit.may(Permission.INCIDENT_COMMAND),
        },
    )


def ordered(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what is due first, what has no date last."""
    return sorted(items, key=lambda one: (one["due_at"] is None, one["due_at"], one["opened_at"]))


ROUTES = (page("/work", show),)
