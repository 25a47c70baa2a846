"""People: everybody who can be paged, and whether they can be reached."""

import asyncio
from collections.abc import Sequence
from typing import Final

from services.access.permissions import Permission
from services.web.calls import or_none, path_of
from services.web.fields.moments import wrong
from services.web.forms import Form
from services.web.page import Answer, action, page, warned
from services.web.rendering import Screen
from services.web.rights.leading import Team, leading_of, person_of
from services.web.visit import Visit

ROLES: Final = tuple((one, one) for one in ("responder", "admin", "observer", "auditor"))
ROLES_OF_MANAGERS: Final = tuple((one, one) for one in ("responder", "observer"))


async def show(visit: Visit) -> Screen:
    """Show everybody."""
    people, teams, accounts = await asyncio.gather(
        visit.calls.get(path_of("responders"), **visit.reading),
        visit.calls.get(path_of("teams"), **visit.reading),
        or_none(visit.calls.get(path_of("accounts"), **visit.reading)),
    )
    by_person = {one["account_id"]: one for one in accounts["accounts"]} if accounts else {}
    rows = [
        {
            **one,
            "account": by_person.get(one["responder_id"]),
            "teams": [
                team
                for team in teams["teams"]
                if any(member["responder_id"] == one["responder_id"] for member in team["members"])
            ],
            "led": led_by(visit, teams["teams"], one["responder_id"]),
            "verified": sum(1 for way in one["contact_methods"] if way["verified_at"]),
        }
        for one in sorted(people["responders"], key=lambda row: row["name"].lower())
    ]
    return Screen(
        template="settings/people.html",
        title="People",
        facts={
            "people": rows,
            "roles": ROLES,
            "roles_of_managers": ROLES_OF_MANAGERS,
            "may_invite": not visit.as_of and visit.may(Permission.ACCOUNT_MANAGE),
            "may_define": not visit.as_of and visit.may(Permission.CONFIGURATION_WRITE),
        },
    )


def led_by(visit: Visit, teams: Sequence[Team], person: str) -> bool:
    """Say whether the visitor manages a team that a person is in, and may invite them."""
    invites = not visit.as_of and visit.may(Permission.ACCOUNT_INVITE)
    managed = leading_of(visit, teams).managed
    members = {person_of(member) for team in managed for member in team["members"]}
    return invites and person in members - {visit.session.person}


async def register(visit: Visit, form: Form) -> Answer:
    """Let Tocsin know of a person; how they are reached, they say themselves."""
    person = form.text("id") or ""
    path = path_of("responders", person)
    if not person or await or_none(visit.calls.get(path)):
        raise wrong("id", "Choose a short name that nobody else has: ada.")
    email = form.text("email")
    methods = [{"channel": "email", "address": email}] if email else []
    body = {"name": form.text("name") or "", "contact_methods": methods}
    receipt = await visit.calls.give("PUT", path, form.command_id, body)
    return await warned(visit, receipt, show, "/settings/people")


ROUTES = (
    page("/settings/people", show),
    action("/settings/people", register, again=show),
)
