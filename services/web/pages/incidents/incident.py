"""Incident: the war room, and on a phone the responder's screen."""

import asyncio
from typing import Any, Final
from uuid import UUID

from services.access.permissions import Permission
from services.web.calls import Document, Refused, or_none, path_of
from services.web.page import page
from services.web.pages.incidents.commands.choices import ROLES
from services.web.pages.incidents.commands.table import BY_NOUN, offered
from services.web.pages.incidents.course import answered_after, course_of, opened_for
from services.web.pages.incidents.finding.neighbours import neighbours_of
from services.web.pages.incidents.lanes import lanes_of
from services.web.pages.incidents.paging import asked_of, next_of, others_asked, pages_of
from services.web.pages.incidents.story import CHIPS, chosen, story_of
from services.web.rendering import Screen
from services.web.visit import Visit
from services.web.words import Who

ENTRIES: Final = 200  # the newest of the timeline
AGAIN: Final = "3"  # seconds until the page looks again whether a command was carried out
TO_THE_FRONT: Final = (  # their forms stand on the page itself
    "update",
    "phase",
    "severity",
    "pages",
    "roles/assignment",
    "roles/handover",
)
EARLY: Final = frozenset({"detection", "triage", "response"})  # when it helps to know
REGIONS: Final = ("incident-head", "incident-facts", "incident-story", "incident-work")


async def show(visit: Visit) -> Screen:
    """Show the incident with everything around it."""
    reference = visit.named("reference")
    (incident, timeline, pages), beside, neighbours, lifted = await asyncio.gather(
        _core(visit, reference),
        _around(visit, reference),
        neighbours_of(visit, reference),
        chosen_entries(visit, reference),
    )
    early = incident["phase"] in EARLY and not visit.as_of
    who = await visit.who(incident, timeline)
    facts = {
        "incident": incident,
        "neighbours": neighbours,
        "who": who,
        "roles": ROLES,
        "may_act": visit.may(Permission.INCIDENT_COMMAND),
        **around_head(visit, incident, beside["schedules"]),
        "pages": pages_of(pages),
        "entries": chosen(
            story_of(timeline["entries"], lifted["choices"]), visit.query.get("show")
        ),
        "lifted": lifted,
        "similar": await seen_before(visit, reference) if early else [],
        "more": len(timeline["entries"]) == ENTRIES,
        "chips": CHIPS,
        "shown": visit.query.get("show") or "story",
        "drawing": lanes_of(incident, beside["updates"], visit.now),
        **beside,
        **await mine(visit, incident, who),
    }
    waits = is_pending(facts["command"])
    return Screen(
        template="incident.html",
        title=title_of(incident),
        facts=facts,
        regions=() if waits else REGIONS,  # what waits is one's own, and no region's
        about=UUID(incident["incident_id"]),
        headers={"Refresh": AGAIN} if waits else {},
    )


def title_of(incident: Document) -> str:
    """Return what a browser's tab says: a private incident's title is in no history."""
    if incident["private"]:
        return str(incident["reference"])
    return f"{incident['reference']} {incident['title']}"


async def seen_before(visit: Visit, reference: str) -> list[Document]:
    """Return earlier incidents like this one; of the past nobody knows what it was like."""
    if visit.as_of:
        return []
    path = path_of("incidents", reference, "similar")
    found = await or_none(visit.calls.get(path, after_position=visit.reading["after_position"]))
    return list(found["incidents"]) if found else []


async def chosen_entries(visit: Visit, reference: str) -> Document:
    """Return what people said of each entry, by its position: shown, pinned, or hidden."""
    path = path_of("incidents", reference, "postmortem", "timeline", "choices")
    found = await or_none(visit.calls.get(path, **visit.reading))
    if found is None:  # it is kept to others
        return {"choices": {}, "version": 0}
    choices = {one["position"]: one["choice"] for one in found["entries"]}
    return {"choices": choices, "version": found["version"]}


def around_head(visit: Visit, incident: Document, schedules: list[Document]) -> dict[str, Any]:
    """Return what the head of the incident says."""
    return {
        "course": course_of(incident, visit.clock.now),
        "opened": opened_for(incident),
        "answered_after": answered_after(incident),
        "asked": asked_of(incident),
        "next": next_of(incident, schedules),
        "others_asked": others_asked(incident),
        "offered": offered(incident),
        "front": [BY_NOUN[noun] for noun in TO_THE_FRONT if BY_NOUN[noun].when(incident)],
    }


async def _core(visit: Visit, reference: str) -> tuple[Document, Document, Document]:
    get, reading = visit.calls.get, visit.reading
    return await asyncio.gather(
        get(path_of("incidents", reference), **reading),
        get(path_of("incidents", reference, "timeline"), newest=True, limit=ENTRIES, **reading),
        get(path_of("incidents", reference, "pages"), limit=100, **reading),
    )


async def _around(visit: Visit, reference: str) -> dict[str, Any]:
    get, reading = visit.calls.get, visit.reading
    checklist, changes, updates, on_call, policies = await asyncio.gather(
        get(path_of("incidents", reference, "checklist"), **reading),
        get(path_of("incidents", reference, "recent-changes"), limit=5, **reading),
        get(path_of("incidents", reference, "status-updates"), **reading),
        get(path_of("on-call")),
        get(path_of("escalation-policies")),
    )
    return {
        "checklist": checklist,
        "changes": changes["changes"],
        "updates": updates["status_updates"],
        "schedules": on_call["schedules"],
        "policies": [
            (one["escalation_policy_id"], one["name"]) for one in policies["escalation_policies"]
        ],
    }


async def mine(visit: Visit, incident: Document, who: Who) -> dict[str, Any]:
    """Return what only this person is asked, and what became of the command they gave."""
    me = visit.session.person
    return {
        "people": sorted(who.people.items(), key=lambda one: one[1].casefold()),
        "asked_of_me": [
            one
            for one in incident["responder_requests"]
            if one["responder_id"] == me and one["state"] == "asked"
        ],
        "offered_to_me": [role for role, to in incident["role_offers"].items() if to == me],
        "command": await command_given(visit),
        "steps": await steps_of(visit, incident),
        "wall": "wall" in visit.query,
    }


async def steps_of(visit: Visit, incident: Document) -> dict[str, str | None]:
    """Return the moments before and after the one that is looked at, by the incident's events."""
    if not visit.as_of:
        return {}
    path, version = path_of("incidents", incident["incident_id"], "events"), incident["version"]
    before, after = await asyncio.gather(
        visit.calls.get(path, after_version=max(0, version - 2), limit=1),
        visit.calls.get(path, after_version=version, limit=1),
    )
    return {
        "before": before["events"][0]["position"] if version > 1 else None,
        "after": after["events"][0]["position"] if after["events"] else None,
    }


def is_pending(command: Document | None) -> bool:
    """Say whether a command is stored and not carried out yet."""
    return command is not None and command["status"] == "pending"


async def command_given(visit: Visit) -> Document | None:
    """Return how a command stands that was stored and is carried out later."""
    given = visit.query.get("stored")
    if not given:
        return None
    try:
        return await visit.calls.get(path_of("commands", given))
    except Refused:
        return None


ROUTES = (page("/incidents/{reference}", show),)
