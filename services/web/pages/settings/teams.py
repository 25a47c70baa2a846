"""Teams: who is in each, who manages it, and what it owns."""

import asyncio
from typing import Final

from events.on_call.zones import zone_names
from services.web.calls import Document, or_none, path_of
from services.web.fields.moments import wrong
from services.web.forms import Form
from services.web.page import Answer, action, page, warned
from services.web.rendering import Screen
from services.web.rights.leading import leading_of
from services.web.visit import Visit

OWNED: Final = (
    ("services", "services", "service_id"),
    ("escalation-policies", "escalation_policies", "escalation_policy_id"),
    ("schedules", "schedules", "schedule_id"),
)


async def show(visit: Visit) -> Screen:
    """Show every team."""
    teams, people, *owned = await asyncio.gather(
        visit.calls.get(path_of("teams"), **visit.reading),
        visit.calls.get(path_of("responders"), **visit.reading),
        *(visit.calls.get(path_of(noun), **visit.reading) for noun, _, _ in OWNED),
    )
    rows: list[Document] = [
        {
            **team,
            "owns": [
                (noun, one[id_name], one["name"])
                for (noun, listed, id_name), answer in zip(OWNED, owned, strict=True)
                for one in answer[listed]
                if one["team_id"] == team["team_id"]
            ],
            "managers": [one["responder_id"] for one in team["members"] if one["manager"]],
            "others": [one["responder_id"] for one in team["members"] if not one["manager"]],
        }
        for team in teams["teams"]
    ]
    options = [(one["responder_id"], one["name"]) for one in people["responders"]]
    return Screen(
        template="settings/teams.html",
        title="Teams",
        facts={
            "teams": rows,
            "people": sorted(options, key=lambda one: one[1].lower()),
            "paths": {"services": "services", "escalation-policies": "policies"}
            | {"schedules": "on-call"},
            "who": await visit.who(),
            "lead": leading_of(visit, teams["teams"]),
            "is_now": not visit.as_of,
            "zones": sorted(zone_names()),
        },
    )


async def create(visit: Visit, form: Form) -> Answer:
    """Make a team."""
    team_id = form.text("id") or ""
    path = path_of("teams", team_id)
    if not team_id or await or_none(visit.calls.get(path)):
        raise wrong("id", "Choose a short name that no other team has: payments.")
    receipt = await visit.calls.give("PUT", path, form.command_id, body_of(form, None))
    return await warned(visit, receipt, show, "/settings/teams")


async def define(visit: Visit, form: Form) -> Answer:
    """Say who is in a team, and who manages it."""
    path = path_of("teams", visit.named("team"))
    before = await visit.calls.get(path)
    body = body_of(form, before)
    receipt = await visit.calls.give("PUT", path, form.command_id, body, form.text("seen"))
    return await warned(visit, receipt, show, "/settings/teams")


def body_of(form: Form, before: Document | None) -> Document:
    """Return the team that a form says; what the form does not ask stays as it is."""
    managers, others = form.listed("managers"), form.listed("members")
    members = [{"responder_id": one, "manager": True} for one in dict.fromkeys(managers)]
    members += [
        {"responder_id": one, "manager": False}
        for one in dict.fromkeys(others)
        if one not in managers
    ]
    kept = {
        name: value
        for name, value in (before or {}).items()
        if name in {"members_may_override", "team_only"}
    }
    said = {"name": form.text("name") or "", "members": members, "zone": form.text("zone")}
    return {**kept, **said}


ROUTES = (
    page("/settings/teams", show),
    action("/settings/teams", create, again=show),
    action("/settings/teams/{team}", define, again=show),
)
