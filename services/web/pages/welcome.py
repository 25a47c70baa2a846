"""Welcome: five steps to the first real page on one's own phone, each checked by what is there."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.access.permissions import Permission
from services.web.calls import Document, or_none, path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.rendering import Screen
from services.web.visit import Visit

FIRST: Final = "first"  # id of what is made here in one press
DRILLS: Final = 50  # newest ones that are looked at
TITLE: Final = "Test page: can you be reached?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Step: what has to be there, whether it is, and what is known of it."""

    key: str
    title: str
    is_done: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Found: what the API knows of everything that a first page needs."""

    me: str
    person: Document | None
    policies: Sequence[Document]
    services: Sequence[Document]
    received: Sequence[Document]  # integrations that have received something
    drills: Sequence[Document]


async def show(visit: Visit) -> Screen:
    """Show the five steps."""
    found, integrations = await look(visit)
    steps = steps_of(found)
    return Screen(
        template="welcome.html",
        title="Welcome",
        facts={
            "steps": steps,
            "now": next((one.key for one in steps if not one.is_done), None),
            "integrations": integrations,
            "services": [one for one in found.services if one["escalation_policy_id"]],
            "drill": next((one for one in found.drills if not one["acknowledged_by"]), None),
            "may_define": visit.may(Permission.CONFIGURATION_WRITE),
            "may_declare": visit.may(Permission.INCIDENT_DECLARE),
        },
    )


async def look(visit: Visit) -> tuple[Found, list[Document]]:
    """Return what there is, and the integrations."""
    get, reading = visit.calls.get, visit.reading
    me = visit.session.person
    person, policies, services, integrations, drills = await asyncio.gather(
        or_none(get(path_of("responders", me), **reading)),
        get(path_of("escalation-policies"), **reading),
        get(path_of("services"), **reading),
        get(path_of("integrations"), **reading),
        get(path_of("incidents"), drill=True, limit=DRILLS, **reading),
    )
    good = [one for one in integrations["integrations"] if not one["revoked_at"]]
    arrivals = await asyncio.gather(
        *(get(path_of("integrations", one["integration_id"], "arrivals"), limit=1) for one in good)
    )
    pairs = zip(good, arrivals, strict=True)
    found = Found(
        me=me,
        person=person,
        policies=policies["escalation_policies"],
        services=services["services"],
        received=[one for one, arrived in pairs if arrived["arrivals"]],
        drills=drills["incidents"],
    )
    return found, good


def steps_of(found: Found) -> list[Step]:
    """Return the five steps, each as it stands."""
    ways = found.person["contact_methods"] if found.person else []
    checked = sum(1 for one in ways if one["verified_at"])
    paged = [one for one in found.services if one["escalation_policy_id"]]
    answered = [one for one in found.drills if is_answer_of(one, found.me)]
    return [
        Step(
            key="reach",
            title="A way to reach you",
            is_done=checked > 0,
            words=f"{checked} of {len(ways)} checked" if ways else "nobody can page you yet",
        ),
        Step(
            key="policy",
            title="Who is paged",
            is_done=bool(found.policies),
            words=named(found.policies) or "nobody is paged for anything yet",
        ),
        Step(
            key="service",
            title="A service",
            is_done=bool(paged),
            words=named(paged) or "nothing that can break is known yet",
        ),
        Step(
            key="integration",
            title="A monitor that has sent something",
            is_done=bool(found.received),
            words=named(found.received) or "nothing has been received yet",
        ),
        Step(
            key="page",
            title="A page on your phone, answered by you",
            is_done=bool(answered),
            words=f"{answered[0]['reference']} is acknowledged by you" if answered else "not yet",
        ),
    ]


def is_answer_of(drill: Document, me: str) -> bool:
    """Say whether it was this person who acknowledged a drill."""
    by: str = drill["acknowledged_by"] or ""
    return by.removeprefix("responder:") == me


def named(rows: Sequence[Document]) -> str:
    """Return the names of what there is, the first three."""
    names = ", ".join(one["name"] for one in rows[:3])
    return f"{names} and {len(rows) - 3} more" if len(rows) > 3 else names  # noqa: PLR2004


async def page_me(visit: Visit, form: Form) -> Answer:
    """Make the first policy: it pages whoever asks."""
    level = {"targets": [{"responder_id": visit.session.person}], "escalation_timeout_seconds": 300}
    body: dict[str, Any] = {"name": "First", "levels": [level], "repeats": 2}
    path = path_of("escalation-policies", FIRST)
    return done(visit, await visit.calls.give("PUT", path, form.command_id, body), "/welcome")


async def first_service(visit: Visit, form: Form) -> Answer:
    """Make the first service, paged by the first policy there is."""
    policies = await visit.calls.get(path_of("escalation-policies"))
    found = policies["escalation_policies"]
    body = {
        "name": form.text("name") or "",
        "escalation_policy_id": found[0]["escalation_policy_id"] if found else None,
    }
    path = path_of("services", FIRST)
    return done(visit, await visit.calls.give("PUT", path, form.command_id, body), "/welcome")


async def test_page(visit: Visit, form: Form) -> Answer:
    """Declare a drill: its page goes the way of every page."""
    body = {
        "title": TITLE,
        "service_id": form.text("service_id"),
        "severity": "SEV2",
        "drill": True,
    }
    receipt = await visit.calls.give("POST", path_of("incidents"), form.command_id, body)
    return done(visit, receipt, "/welcome")


ROUTES = (
    page("/welcome", show),
    action("/welcome/policy", page_me, again=show),
    action("/welcome/service", first_service, again=show),
    action("/welcome/page", test_page, again=show),
)
