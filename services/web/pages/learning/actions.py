"""Action items: what is changed after incidents, the late ones first, and what becomes of each."""

from typing import Any, Final

from services.access.permissions import Permission
from services.web.calls import path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.rendering import Screen
from services.web.visit import Visit

MOST: Final = 100
VIEWS: Final = (("open", "Open"), ("done", "Done"), ("dropped", "Dropped"))
STATES: Final = {
    "open": ["open", "started"],
    "done": ["done"],
    "dropped": ["dropped", "superseded"],
}
ITEM: Final = "/incidents/{reference}/actions/{item}"


async def show(visit: Visit) -> Screen:
    """Show the action items of all incidents, of everybody or of one person or team."""
    view = visit.query.get("state") or "open"
    found = await visit.calls.get(
        path_of("action-items"),
        state=STATES.get(view, STATES["open"]),
        owner=visit.query.get("owner"),
        team=visit.query.get("team"),
        cursor=visit.query.get("cursor"),
        limit=MOST,
        **visit.reading,
    )
    return Screen(
        template="learning/actions.html",
        title="Action items",
        facts={
            **await shown(visit, found["action_items"]),
            "view": view,
            "views": VIEWS,
            "owner": visit.query.get("owner"),
            "team": visit.query.get("team"),
            "next_cursor": found["next_cursor"],
        },
    )


async def shown(visit: Visit, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what every list of action items is drawn from."""
    return {
        "items": items,
        "who": await visit.who({"action_items": items}),
        "today": visit.now.astimezone(visit.clock.zone).date().isoformat(),
        "may_act": not visit.as_of and visit.may(Permission.INCIDENT_COMMAND),
    }


async def start(visit: Visit, form: Form) -> Answer:
    """Say that somebody works on an item."""
    return await _said(visit, form, "start", None)


async def complete(visit: Visit, form: Form) -> Answer:
    """Say that an item is done, and where one sees that."""
    return await _said(visit, form, "completion", {"evidence_url": form.text("evidence_url")})


async def drop(visit: Visit, form: Form) -> Answer:
    """Say aloud that an item will not be done."""
    return await _said(visit, form, "drop", {"reason": form.text("reason") or ""})


async def reopen(visit: Visit, form: Form) -> Answer:
    """Take back that an item is over."""
    return await _said(visit, form, "reopening", {"reason": form.text("reason") or ""})


async def link(visit: Visit, form: Form) -> Answer:
    """Have an item become an issue of a tracker, or say which one it is."""
    return await _said(
        visit, form, "issue", {"tracker_id": form.text("tracker_id") or "", "key": form.text("key")}
    )


async def move(visit: Visit, form: Form) -> Answer:
    """Move the date by which an item is due."""
    body = {"due_on": form.text("due_on") or "", "reason": form.text("reason") or ""}
    receipt = await visit.calls.give("PUT", _path(visit, "due-date"), form.command_id, body)
    return done(visit, receipt, _address(visit))


async def _said(visit: Visit, form: Form, noun: str, body: dict[str, Any] | None) -> Answer:
    receipt = await visit.calls.give("POST", _path(visit, noun), form.command_id, body)
    return done(visit, receipt, _address(visit))


def _path(visit: Visit, noun: str) -> str:
    reference, item = visit.named("reference"), visit.named("item")
    return path_of("incidents", reference, "action-items", item, noun)


def _address(visit: Visit) -> str:
    return f"/incidents/{visit.named('reference')}/actions"


async def of_incident(visit: Visit) -> Screen:
    """Show the action items of one incident, with the form that opens another."""
    reference = visit.named("reference")
    incident = await visit.calls.get(path_of("incidents", reference), **visit.reading)
    found = await visit.calls.get(path_of("incidents", reference, "action-items"), **visit.reading)
    facts = await shown(visit, found["action_items"])
    people, teams, trackers = [], [], []
    if facts["may_act"]:
        trackers = (await visit.calls.get(path_of("trackers")))["trackers"]
        people = (await visit.calls.get(path_of("responders")))["responders"]
        teams = (await visit.calls.get(path_of("teams")))["teams"]
    return Screen(
        template="learning/incident_actions.html",
        title=f"Action items · {incident['title']}",
        facts={
            **facts,
            "incident": incident,
            "people": people,
            "teams": teams,
            "trackers": [one["tracker_id"] for one in trackers if not one["removed_at"]],
        },
    )


async def take_on(visit: Visit, form: Form) -> Answer:
    """Open an action item."""
    owner, named = (form.text("owner") or "").partition(":")[::2]
    body = {
        "text": form.text("text") or "",
        "action": form.text("action") or "",
        "owner": named if owner == "person" else None,
        "team": named if owner == "team" else None,
        "priority": form.text("priority") or "",
        "due_on": form.text("due_on"),
    }
    path = path_of("incidents", visit.named("reference"), "action-items")
    receipt = await visit.calls.give("POST", path, form.command_id, body)
    return done(visit, receipt, _address(visit))


ROUTES = (
    page("/actions", show, personal=True),
    page("/incidents/{reference}/actions", of_incident),
    action("/incidents/{reference}/actions", take_on, again=of_incident),
    action(f"{ITEM}/start", start, again=of_incident),
    action(f"{ITEM}/completion", complete, again=of_incident),
    action(f"{ITEM}/drop", drop, again=of_incident),
    action(f"{ITEM}/reopening", reopen, again=of_incident),
    action(f"{ITEM}/due-date", move, again=of_incident),
    action(f"{ITEM}/issue", link, again=of_incident),
)
