"""Status page forms: a page made, changed and taken down."""

import re
from typing import Any, Final

from services.web.calls import Document, or_none, path_of
from services.web.fields.moments import wrong
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.rendering import Screen
from services.web.rights.leading import Leading, leading
from services.web.visit import Visit

MOST: Final = 60  # components
BLANK: Final = 4  # components that can be added at once
EDIT: Final = "/status-pages/{page}/edit"
NOTHING: Final[Document] = {
    "component_id": "",
    "name": "",
    "description": "",
    "group": None,
    "service_ids": [],
}
_UNFIT: Final = re.compile(r"[^a-z0-9]+")


async def new(visit: Visit) -> Screen:
    """Show the form of a page that is not there yet."""
    lead = await leading(visit)
    lead.require_any()
    blank: Document = {"name": "", "team_id": None, "components": []}
    return await form_of(visit, blank, "New status page", lead)


async def edit(visit: Visit) -> Screen:
    """Show the form of a page."""
    shown = await visit.calls.get(path_of("status-pages", visit.named("page")), **visit.reading)
    lead = await leading(visit)
    lead.require(shown["team_id"])
    return await form_of(visit, shown, f"Edit {shown['name']}", lead)


async def form_of(visit: Visit, shown: Document, title: str, lead: Leading) -> Screen:
    """Return the form, with room for more components."""
    services = await visit.calls.get(path_of("services"))
    return Screen(
        template="status_pages/edit.html",
        title=title,
        facts={
            "shown": shown,
            "components": [*shown["components"], *([NOTHING] * BLANK)][:MOST],
            "services": [(one["service_id"], one["name"]) for one in services["services"]],
            "teams": lead.owner_options(),
        },
    )


async def create(visit: Visit, form: Form) -> Answer:
    """Make a page."""
    page_id = form.text("id") or ""
    path = path_of("status-pages", page_id)
    if not page_id or await or_none(visit.calls.get(path)):
        raise wrong("id", "Choose a short name that no other page has: acme.")
    receipt = await visit.calls.give("PUT", path, form.command_id, body_of(form))
    return done(visit, receipt, f"/status-pages/{page_id}")


async def change(visit: Visit, form: Form) -> Answer:
    """Replace what is known of a page."""
    page_id = visit.named("page")
    path = path_of("status-pages", page_id)
    body = body_of(form)
    receipt = await visit.calls.give("PUT", path, form.command_id, body, form.text("seen"))
    return done(visit, receipt, f"/status-pages/{page_id}")


async def remove(visit: Visit, form: Form) -> Answer:
    """Take a page down."""
    path = path_of("status-pages", visit.named("page"))
    receipt = await visit.calls.give("DELETE", path, form.command_id)
    return done(visit, receipt, "/status-pages")


def body_of(form: Form) -> Document:
    """Return the page that a form says; a component without a name is none."""
    components: list[dict[str, Any]] = []
    for number in range(MOST):
        name = form.text(f"name-{number}")
        if name is not None:
            taken = {one["component_id"] for one in components}
            components.append(
                {
                    "component_id": form.text(f"component-{number}") or id_for(name, taken),
                    "name": name,
                    "description": form.text(f"description-{number}") or "",
                    "group": form.text(f"group-{number}"),
                    "service_ids": form.listed(f"services-{number}"),
                }
            )
    return {
        "name": form.text("name") or "",
        "team_id": form.text("team_id"),
        "components": components,
    }


def id_for(name: str, taken: set[str]) -> str:
    """Return an id for a new component, made of its name."""
    made = _UNFIT.sub("-", name.lower()).strip("-")[:50] or "component"
    numbered = (f"{made}-{number}" for number in range(2, MOST + 2))
    return made if made not in taken else next(one for one in numbered if one not in taken)


ROUTES = (
    page("/new-status-page", new),
    action("/new-status-page", create, again=new),
    page(EDIT, edit),
    action(EDIT, change, again=edit),
    action("/status-pages/{page}/removal", remove, again=edit),
)
