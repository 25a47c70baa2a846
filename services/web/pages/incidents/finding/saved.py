"""Saved views: the filters that stand in the address, under a name in the chips of the list."""

from typing import Any, Final
from urllib.parse import urlencode

from services.web.calls import Refused, path_of
from services.web.forms import Form
from services.web.page import Answer, action, done
from services.web.pages.incidents.finding.filters import chosen_in
from services.web.pages.incidents.finding.listing import show
from services.web.visit import Visit

SLASH: Final = "A name has no “/”: choose another one."
NAMELESS: Final = "Give the view a name."


async def save(visit: Visit, form: Form) -> Answer:
    """Save the filters of the address under a name."""
    address, name = _address(visit), form.text("name")
    if name is None or "/" in name:
        raise _wrong(NAMELESS if name is None else SLASH)
    receipt = await visit.calls.give(
        "PUT", path_of("me", "views", name), form.command_id, {"query": address}
    )
    return done(visit, receipt, f"/incidents?{address}")


async def remove(visit: Visit, form: Form) -> Answer:
    """Remove the view of these filters, and stay with the filters."""
    path = path_of("me", "views", form.text("name") or "-")
    receipt = await visit.calls.give("DELETE", path, form.command_id)
    return done(visit, receipt, f"/incidents?{_address(visit)}")


def _address(visit: Visit) -> str:
    return urlencode(chosen_in(visit.request.query_params.multi_items()))


def _wrong(reason: str) -> Refused:
    problem: dict[str, Any] = {
        "status": 422,
        "title": reason,
        "errors": [{"field": "path.name", "reason": reason}],
    }
    return Refused(problem, None)


ROUTES = (
    action("/saved-views", save, again=show),
    action("/saved-views/removal", remove, again=show),
)
