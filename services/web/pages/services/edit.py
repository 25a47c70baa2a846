"""Service forms: a service made, and its owner, policy, links and alert handling changed."""

from typing import Any, Final

from services.web.calls import Document, or_none, path_of
from services.web.fields.moments import wrong
from services.web.fields.numbers import number_in
from services.web.forms import Form
from services.web.page import Answer, action, done, page, warned
from services.web.rendering import Screen
from services.web.rights.leading import Leading, leading
from services.web.visit import Visit

KINDS: Final = ("runbook", "dashboard", "deployment", "other")
MOST_LINKS: Final = 20
BLANK: Final = 3  # links that can be added at once
EDIT: Final = "/services/{service}/edit"


async def edit(visit: Visit) -> Screen:
    """Show the forms of a service."""
    service_id = visit.named("service")
    service = await visit.calls.get(path_of("services", service_id), **visit.reading)
    lead = await leading(visit)
    lead.require(service["team_id"])
    choices = await choices_of(visit, lead)
    blank = {"kind": "runbook", "title": "", "url": ""}
    return Screen(
        template="services/edit.html",
        title=f"Edit {service['name']}",
        facts={
            "service": service,
            "links": [*service["links"], *([blank] * BLANK)][:MOST_LINKS],
            "kinds": [(kind, kind) for kind in KINDS],
            **choices,
        },
    )


async def new(visit: Visit) -> Screen:
    """Show the form of a service that is not there yet."""
    lead = await leading(visit)
    lead.require_any()
    choices = await choices_of(visit, lead)
    return Screen(template="services/new.html", title="New service", facts=choices)


async def choices_of(visit: Visit, lead: Leading) -> dict[str, list[tuple[str, str]]]:
    """Return the policies and teams that can be chosen."""
    found = (await visit.calls.get(path_of("escalation-policies")))["escalation_policies"]
    return {
        "policies": [(one["escalation_policy_id"], one["name"]) for one in found],
        "teams": lead.owner_options(),
    }


async def define(visit: Visit, form: Form) -> Answer:
    """Replace what is known of a service."""
    service_id = visit.named("service")
    before = await visit.calls.get(path_of("services", service_id))
    body = {**body_of(form), "deadlines": before["deadlines"]}
    path = path_of("services", service_id)
    receipt = await visit.calls.give("PUT", path, form.command_id, body, form.text("seen"))
    return await warned(visit, receipt, edit, f"/services/{service_id}")


async def create(visit: Visit, form: Form) -> Answer:
    """Make a service."""
    service_id = form.text("id") or ""
    path = path_of("services", service_id)
    if not service_id or await or_none(visit.calls.get(path)):
        raise wrong("id", "Choose a short name that no other service has: checkout.")
    receipt = await visit.calls.give("PUT", path, form.command_id, body_of(form))
    return await warned(visit, receipt, new, f"/services/{service_id}")


async def change_links(visit: Visit, form: Form) -> Answer:
    """Replace the links that incidents of the service begin with."""
    service_id = visit.named("service")
    path = path_of("services", service_id, "links")
    body = {"links": links_in(form)}
    receipt = await visit.calls.give("PUT", path, form.command_id, body, form.text("seen"))
    return done(visit, receipt, f"/services/{service_id}")


async def change_alert_handling(visit: Visit, form: Form) -> Answer:
    """Say when alerts of the service end by silence, reopen an incident, and are a storm."""
    service_id = visit.named("service")
    handling: dict[str, Any] = {
        "auto_resolve_after_seconds": minutes_in(form, "auto_resolve_after"),
        "reopen_within_seconds": minutes_in(form, "reopen_within"),
        "storm_above": number_in(form, "storm_above", None),
    }
    path = path_of("services", service_id, "alert-handling")
    body = {"alert_handling": handling}
    receipt = await visit.calls.give("PUT", path, form.command_id, body, form.text("seen"))
    return done(visit, receipt, f"/services/{service_id}")


def body_of(form: Form) -> Document:
    """Return the service that a form says."""
    return {
        "name": form.text("name") or "",
        "escalation_policy_id": form.text("escalation_policy_id"),
        "team_id": form.text("team_id"),
    }


def links_in(form: Form) -> list[dict[str, str]]:
    """Return the links that a form names; without an address there is none."""
    return [
        {
            "kind": form.text(f"kind-{number}") or "other",
            "title": form.text(f"title-{number}") or url,
            "url": url,
        }
        for number in range(MOST_LINKS)
        if (url := form.text(f"url-{number}"))
    ]


def minutes_in(form: Form, name: str) -> int | None:
    """Return the minutes that a form says, in seconds; nothing: never.

    Raises: Refused.
    """
    minutes = number_in(form, name, None)
    return None if minutes is None else minutes * 60


ROUTES = (
    page("/new-service", new),
    action("/new-service", create, again=new),
    page(EDIT, edit),
    action(EDIT, define, again=edit),
    action("/services/{service}/links", change_links, again=edit),
    action("/services/{service}/alert-handling", change_alert_handling, again=edit),
)
