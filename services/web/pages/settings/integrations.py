"""Integrations: what may send alerts, and its key, which is shown once."""

import asyncio

from services.web.calls import Document, path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.rendering import Screen
from services.web.rights.leading import leading
from services.web.visit import Visit


async def show(visit: Visit) -> Screen:
    """Show every integration."""
    integrations, services, lead = await asyncio.gather(
        visit.calls.get(path_of("integrations"), **visit.reading),
        visit.calls.get(path_of("services"), **visit.reading),
        leading(visit),
    )
    found: list[Document] = integrations["integrations"]
    owners = {one["service_id"]: one["team_id"] for one in services["services"]}
    theirs = {key for key, team in owners.items() if lead.may_change(team) and not visit.as_of}
    names = {one["service_id"]: one["name"] for one in services["services"]}
    return Screen(
        template="settings/integrations.html",
        title="Integrations",
        facts={
            "integrations": [one for one in found if not one["revoked_at"]],
            "revoked": [one for one in found if one["revoked_at"]],
            "services": [(key, name) for key, name in names.items() if key in theirs],
            "names": names,
            "theirs": theirs,
            "may_define": not visit.as_of and lead.may_begin,
        },
    )


async def create(visit: Visit, form: Form) -> Answer:
    """Make an integration, and show its key for the one time."""
    body = {"name": form.text("name") or "", "service_id": form.text("service_id") or ""}
    made = await visit.calls.give("POST", path_of("integrations"), form.command_id, body)
    return key_screen(visit, made, {"arrivals": []})


def key_screen(visit: Visit, made: Document, beside: Document) -> Screen:
    """Return the one page that shows a key, and what the integration received beside it."""
    urls = made["urls"] or {}
    return Screen(
        template="settings/integration_key.html",
        title=f"The key of {made['name']}",
        facts={
            "made": made,
            "urls": sorted((name, absolute(visit, url)) for name, url in urls.items()),
            **beside,
        },
    )


async def revoke(visit: Visit, form: Form) -> Answer:
    """Let the key of an integration open nothing any more."""
    path = path_of("integrations", visit.named("integration"))
    receipt = await visit.calls.give("DELETE", path, form.command_id)
    return done(visit, receipt, "/settings/integrations")


def absolute(visit: Visit, url: str) -> str:
    """Return an address that a monitor can be given."""
    if not url.startswith("/"):
        return url
    return f"{str(visit.request.base_url).rstrip('/')}{url}"


ROUTES = (
    page("/settings/integrations", show),
    action("/settings/integrations", create, again=show),
    action("/settings/integrations/{integration}/revocation", revoke, again=show),
)
