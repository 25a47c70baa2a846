"""Accounts: who may sign in, in which roles; invited, changed, suspended and let in again."""

from typing import Final

from services.web.calls import path_of
from services.web.forms import Form
from services.web.page import Answer, action, done
from services.web.pages.settings.people import show
from services.web.rendering import Screen
from services.web.visit import Visit

ACCOUNT: Final = "/settings/people/{person}"


async def invite(visit: Visit, form: Form) -> Answer:
    """Invite a person by e-mail; the link is shown where no mail could be sent."""
    path = path_of("accounts", visit.named("person"), "invitation")
    body = {"email": form.text("email") or "", "roles": form.listed("roles")}
    invited = await visit.calls.give("POST", path, form.command_id, body)
    return Screen(template="settings/invited.html", title="Invited", facts={"invited": invited})


async def change_roles(visit: Visit, form: Form) -> Answer:
    """Change what a person may do; what was taken away is gone at once."""
    path = path_of("accounts", visit.named("person"), "roles")
    body = {"roles": form.listed("roles")}
    receipt = await visit.calls.give("PUT", path, form.command_id, body, form.text("seen"))
    return done(visit, receipt, "/settings/people")


async def suspend(visit: Visit, form: Form) -> Answer:
    """Let a person sign in no more, and end their sessions."""
    path = path_of("accounts", visit.named("person"), "suspension")
    body = {"reason": form.text("reason") or ""}
    receipt = await visit.calls.give("POST", path, form.command_id, body)
    return done(visit, receipt, "/settings/people")


async def reinstate(visit: Visit, form: Form) -> Answer:
    """Let a person sign in again."""
    path = path_of("accounts", visit.named("person"), "suspension")
    receipt = await visit.calls.give("DELETE", path, form.command_id)
    return done(visit, receipt, "/settings/people")


ROUTES = (
    action(f"{ACCOUNT}/invitation", invite, again=show),
    action(f"{ACCOUNT}/roles", change_roles, again=show),
    action(f"{ACCOUNT}/suspension", suspend, again=show),
    action(f"{ACCOUNT}/reinstatement", reinstate, again=show),
)
