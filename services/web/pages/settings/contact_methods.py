"""Contact methods: added, checked with a code, tried with a test page, and removed."""

from dataclasses import replace
from typing import Any

from services.web.calls import Document, path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, warned
from services.web.pages.settings.me import show
from services.web.rendering import Screen
from services.web.visit import Visit

METHODS = "/settings/contact-methods"


async def add(visit: Visit, form: Form) -> Answer:
    """Add a way to be reached."""
    method = {"channel": form.text("channel"), "address": form.text("address") or ""}
    if secret := form.text("secret"):
        method["secret"] = secret
    path = path_of("responders", visit.session.person, "contact-methods")
    receipt = await visit.calls.give("POST", path, form.command_id, {"contact_method": method})
    return await warned(visit, receipt, show, "/settings")


async def remove(visit: Visit, form: Form) -> Answer:
    """Remove a way to be reached."""
    receipt = await visit.calls.give(
        "DELETE", _path(visit), form.command_id, seen=form.text("seen")
    )
    return await warned(visit, receipt, show, "/settings")


async def send_code(visit: Visit, form: Form) -> Answer:
    """Send a code over a way, so that it is known to arrive."""
    path = f"{_path(visit)}/verification"
    sent = await visit.calls.give("POST", path, form.command_id)
    return with_facts(await show(visit), sent=sent)


async def confirm(visit: Visit, form: Form) -> Answer:
    """Enter the code that arrived."""
    path = f"{_path(visit)}/verification/confirmation"
    body = {"code": form.text("code") or ""}
    receipt = await visit.calls.give("POST", path, form.command_id, body)
    return done(visit, receipt, "/settings")


async def try_all(visit: Visit, form: Form) -> Answer:
    """Send a test page to oneself over every way, and show what each provider said."""
    path = path_of("responders", visit.session.person, "page-tests")
    tried = await visit.calls.give("POST", path, form.command_id)
    return with_facts(await show(visit), tried=tried)


async def try_one(visit: Visit, form: Form) -> Answer:
    """Send a test page to oneself over one way."""
    path = path_of("responders", visit.session.person, "page-tests")
    only = {"contact_method": visit.named("number")}
    tried = await visit.calls.give("POST", path, form.command_id, query=only)
    return with_facts(await show(visit), tried=tried)


def with_facts(screen: Screen, **facts: Document) -> Screen:
    """Return the screen with what an action found."""
    known: dict[str, Any] = {**screen.facts, **facts}
    return replace(screen, facts=known)


def _path(visit: Visit) -> str:
    return path_of("responders", visit.session.person, "contact-methods", visit.named("number"))


ROUTES = (
    action(METHODS, add, again=show),
    action(f"{METHODS}/{{number}}/removal", remove, again=show),
    action(f"{METHODS}/{{number}}/code", send_code, again=show),
    action(f"{METHODS}/{{number}}/confirmation", confirm, again=show),
    action(f"{METHODS}/{{number}}/page-test", try_one, again=show),
    action("/settings/page-test", try_all, again=show),
)
