"""Browser that a person looks into, as a way to page them: added by a press, removed on leaving."""

from uuid import UUID, uuid5

from starlette.responses import JSONResponse, Response

from services.web.calls import Document, Refused, path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.pages.settings.me import show
from services.web.pages.settings.ways import BROWSER, endpoint_in, number_of
from services.web.rendering import Screen
from services.web.visit import Visit

HERE = "/settings/this-browser"
FACTS = f"{HERE}.json"


async def facts(visit: Visit) -> Answer:
    """Return what the worker needs when the browser's subscription has changed."""
    found = await visit.calls.get(path_of("web-push"))
    return JSONResponse({"key": found["application_server_key"], "csrf": visit.csrf})


async def add(visit: Visit, form: Form) -> Answer:
    """Add this browser, or put its new subscription in the place of the one before."""
    address, before = form.text("address"), form.text("before")
    person = await _person(visit)
    if number_of(person, endpoint_in(address)) is not None:
        return done(visit, {}, "/settings")
    body = {"contact_method": {"channel": BROWSER, "address": address or ""}}
    number = number_of(person, before)
    if number is not None:
        path = _path(visit, str(number))
        receipt = await visit.calls.give("PUT", path, form.command_id, body)
        return done(visit, receipt, "/settings")
    receipt = await visit.calls.give("POST", _path(visit), form.command_id, body)
    return await _checked(visit, form.command_id, receipt, endpoint_in(address))


async def _checked(
    visit: Visit, command_id: UUID, receipt: Document, endpoint: str | None
) -> Answer:
    """Send the code at once: what was just added is what one wants to try."""
    person = await _person(visit, after_position=receipt.get("position"))
    number = number_of(person, endpoint)
    if number is None:
        return done(visit, receipt, "/settings")
    path = f"{_path(visit, str(number))}/verification"
    try:
        await visit.calls.give("POST", path, uuid5(command_id, "code"))
    except Refused:  # a code went out a moment ago: the page has the button to ask for one
        return done(visit, receipt, "/settings")
    return done(visit, receipt, f"/settings?code={number}")


async def remove(visit: Visit, form: Form) -> Answer:
    """Remove this browser, wherever it is among the ways; gone is gone."""
    number = number_of(await _person(visit), form.text("endpoint"))
    if number is not None:
        await visit.calls.give("DELETE", _path(visit, str(number)), form.command_id)
    return Response(status_code=204)


async def again(visit: Visit) -> Screen:
    """Show the settings, with what was refused."""
    return await show(visit)


async def _person(visit: Visit, **query: int | None) -> Document:
    return await visit.calls.get(path_of("responders", visit.session.person), **query)


def _path(visit: Visit, *parts: str) -> str:
    return path_of("responders", visit.session.person, "contact-methods", *parts)


ROUTES = (
    page(FACTS, facts, personal=True),
    action(HERE, add, again=again),
    action(f"{HERE}/removal", remove),
)
