"""Incident types: the kinds of incidents, what is asked for each, and their forms."""

from typing import Final

from services.access.permissions import Permission
from services.web.calls import Document, Refused, or_none, path_of
from services.web.fields.moments import wrong
from services.web.fields.type_forms import MOST, at_fields, type_in
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.rendering import Screen
from services.web.visit import Visit

ADDRESS: Final = "/settings/incident-types"
EDIT: Final = f"{ADDRESS}/{{type}}/edit"
NEW: Final = "/settings/new-incident-type"
BLANK: Final = 3  # fields that can be added at once
KINDS: Final = (
    ("text", "a text"),
    ("number", "a number"),
    ("date", "a date"),
    ("link", "a link"),
    ("select", "one of these"),
    ("multi_select", "some of these"),
)
NEEDED: Final = (
    ("never", "may stay empty"),
    ("declaration", "to declare"),
    ("resolution", "to resolve"),
)


async def show(visit: Visit) -> Screen:
    """Show every incident type."""
    found = await visit.calls.get(path_of("incident-types"), **visit.reading)
    return Screen(
        template="settings/incident_types.html",
        title="Incident types",
        facts={
            "types": found["incident_types"],
            "who": await visit.who(),
            "may_define": may_define(visit),
        },
    )


async def edit(visit: Visit) -> Screen:
    """Show the form of a type."""
    found = await visit.calls.get(path_of("incident-types", visit.named("type")), **visit.reading)
    return form_of(visit, found, f"Edit {found['name']}", EDIT.format(type=visit.named("type")))


async def new(visit: Visit) -> Screen:
    """Show the form of a type that is not there yet."""
    blank: Document = {"incident_type_id": None, "name": "", "fields": [], "version": None}
    return form_of(visit, blank, "New incident type", NEW)


def form_of(visit: Visit, found: Document, title: str, address: str) -> Screen:
    """Return the form of a type."""
    blank = {"field_id": "", "label": "", "kind": "text", "needed": "never", "options": []}
    return Screen(
        template="settings/incident_type.html",
        title=title,
        facts={
            "type": found,
            "address": address,
            "rows": [*found["fields"], *([blank] * BLANK)][:MOST],
            "kinds": KINDS,
            "needs": NEEDED,
            "may_define": may_define(visit),
        },
    )


async def define(visit: Visit, form: Form) -> Answer:
    """Replace what a type asks for."""
    return await _stored(visit, form, visit.named("type"), form.text("seen"))


async def create(visit: Visit, form: Form) -> Answer:
    """Make a type."""
    type_id = form.text("id") or ""
    if not type_id or await or_none(visit.calls.get(path_of("incident-types", type_id))):
        raise wrong("id", "Choose a short name that no other type has: data-loss.")
    return await _stored(visit, form, type_id, None)


async def _stored(visit: Visit, form: Form, type_id: str, seen: str | None) -> Answer:
    path = path_of("incident-types", type_id)
    try:
        receipt = await visit.calls.give("PUT", path, form.command_id, type_in(form), seen)
    except Refused as refused:
        raise at_fields(refused, form) from refused
    return done(visit, receipt, ADDRESS)


def may_define(visit: Visit) -> bool:
    """Say whether the forms are worth showing."""
    return not visit.as_of and visit.may(Permission.CONFIGURATION_WRITE)


ROUTES = (
    page(ADDRESS, show),
    page(NEW, new),
    action(NEW, create, again=new),
    page(EDIT, edit),
    action(EDIT, define, again=edit),
)
