"""Public posts of an incident: what customers were told, and the form for the next word."""

import asyncio
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.access.permissions import Permission
from services.web.calls import Document, path_of
from services.web.fields.moments import instant
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.rendering import Screen
from services.web.visit import Visit

POSTS: Final = "/incidents/{reference}/public-posts"
STATES: Final = (
    ("investigating", "Investigating: we look for the cause"),
    ("identified", "Identified: we know the cause"),
    ("monitoring", "Monitoring: it is mended, and we watch"),
    ("resolved", "Resolved: everything works again"),
)
STATUSES: Final = (
    ("operational", "Works"),
    ("degraded_performance", "Slower than usual"),
    ("partial_outage", "Works for some only"),
    ("major_outage", "Down"),
)
WORKS: Final = "operational"


async def show(visit: Visit) -> Screen:
    """Show what customers were told of an incident, and the form for the next word."""
    reference = visit.named("reference")
    get, reading = visit.calls.get, visit.reading
    incident, public, pages = await asyncio.gather(
        get(path_of("incidents", reference), **reading),
        get(path_of("incidents", reference, "public-posts"), **reading),
        get(path_of("status-pages"), **reading),
    )
    posts = list(reversed(public["posts"]))
    known = {one["status_page_id"]: one for one in pages["status_pages"]}
    return Screen(
        template="status_pages/posts.html",
        title=f"Public posts · {incident['title']}",
        facts={
            "incident": incident,
            "public": public,
            "posts": posts,
            "pages": pages["status_pages"],
            "names": names_of(known),
            "now": statuses_after(posts),
            "states": STATES,
            "statuses": STATUSES,
            "words": dict(STATUSES),
            "refusal": why_not(incident),
            "who": await visit.who(incident),
            "may_act": visit.may(Permission.INCIDENT_COMMAND),
        },
    )


def why_not(incident: Document) -> str | None:
    """Return why customers are told nothing of an incident, None if they may be."""
    if incident["private"]:
        return "This incident is private, so customers are not told of it."
    if incident["mode"] == "drill":
        return "This is a drill: customers are never told of one."
    return None


def names_of(pages: dict[str, Document]) -> dict[tuple[str, str], str]:
    """Return what customers call each component, by page and component."""
    return {
        (page_id, one["component_id"]): one["name"]
        for page_id, found in pages.items()
        for one in found["components"]
    }


def statuses_after(posts: list[Document]) -> dict[tuple[str, str], str]:
    """Return what each component is by the newest post; what it does not name works."""
    if not posts:
        return {}
    newest = posts[0]["affected"]
    return {(one["status_page_id"], one["component_id"]): one["status"] for one in newest}


async def publish(visit: Visit, form: Form) -> Answer:
    """Tell customers something."""
    reference = visit.named("reference")
    path = path_of("incidents", reference, "public-posts")
    body = body_of(form, visit.clock.zone)
    receipt = await visit.calls.give("POST", path, form.command_id, body)
    return done(visit, receipt, f"/incidents/{reference}/public-posts")


def body_of(form: Form, zone: ZoneInfo) -> Document:
    """Return the post that a form says. Components are fields named by their page and id.

    Raises: Refused (a time that is none).
    """
    affected: list[dict[str, Any]] = []
    for name in sorted(form.fields):
        word, _, named = name.partition("/")
        page_id, _, component_id = named.partition("/")
        status = form.text(name)
        if word == "component" and status not in (None, WORKS):
            affected.append(
                {"status_page_id": page_id, "component_id": component_id, "status": status}
            )
    return {
        "status_page_ids": form.listed("status_page_ids"),
        "title": form.text("title"),
        "state": form.text("state") or "",
        "text": form.text("text") or "",
        "affected": affected,
        "next_post_at": instant(form, "next_post_at", zone),
        "reopens": form.ticked("reopens"),
    }


async def correct(visit: Visit, form: Form) -> Answer:
    """Correct the words of a post."""
    reference, number = visit.named("reference"), visit.named("number")
    path = path_of("incidents", reference, "public-posts", number)
    body = {"text": form.text("text") or ""}
    receipt = await visit.calls.give("PUT", path, form.command_id, body)
    return done(visit, receipt, f"/incidents/{reference}/public-posts")


ROUTES = (
    page(POSTS, show),
    action(POSTS, publish, again=show),
    action(f"{POSTS}/{{number}}", correct, again=show),
)
