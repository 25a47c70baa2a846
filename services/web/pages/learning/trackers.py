"""Trackers: where action items become issues, and what each of them said last of those."""

from collections import defaultdict
from dataclasses import replace
from typing import Any, Final

from services.access.permissions import Permission
from services.web.calls import path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.pages.settings.integrations import absolute
from services.web.rendering import Screen
from services.web.visit import Visit

HERE: Final = "/settings/trackers"
VENDORS: Final = (("github", "GitHub"), ("jira", "Jira"))
MOST: Final = 100  # items, those due first
EVER: Final = ["open", "started", "done", "dropped", "superseded"]


async def show(visit: Visit) -> Screen:
    """Show every tracker, with what it said last of its issues, and why one could not be made."""
    found = (await visit.calls.get(path_of("trackers"), **visit.reading))["trackers"]
    items = await linked(visit) if found else {}
    return Screen(
        template="learning/trackers.html",
        title="Trackers",
        facts={
            "trackers": [one for one in found if not one["removed_at"]],
            "removed": [one for one in found if one["removed_at"]],
            "items": items,
            "webhook": absolute(visit, "/trackers/"),
            "vendors": VENDORS,
            "tested": None,
            "may_define": not visit.as_of and visit.may(Permission.CONFIGURATION_WRITE),
        },
    )


async def linked(visit: Visit) -> dict[str, list[dict[str, Any]]]:
    """Return the action items of each tracker; those that it did not take come first."""
    found = await visit.calls.get(path_of("action-items"), state=EVER, limit=MOST, **visit.reading)
    of: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in sorted(found["action_items"], key=lambda one: one["issue_error"] is None):
        if item["tracker_id"]:
            of[item["tracker_id"]].append(item)
    return of


async def define(visit: Visit, form: Form) -> Answer:
    """Connect a tracker, or connect it anew."""
    tracker = form.text("tracker_id") or "-"  # which no tracker is called
    body = {
        "vendor": form.text("vendor") or "",
        "site": form.text("site"),
        "project": form.text("project") or "",
        "issue_type": form.text("issue_type"),
        "account": form.text("account"),
        "token": form.text("token") or "",
        "signing_secret": form.text("signing_secret"),
    }
    receipt = await visit.calls.give("PUT", path_of("trackers", tracker), form.command_id, body)
    return done(visit, receipt, HERE)


async def test(visit: Visit, form: Form) -> Answer:
    """Ask a tracker whether it works, and say so; nothing is written there."""
    tracker = visit.named("tracker")
    path = path_of("trackers", tracker, "test")
    answer = await visit.calls.give("POST", path, form.command_id)
    screen = await show(visit)
    return replace(screen, facts={**screen.facts, "tested": {**answer, "tracker_id": tracker}})


async def remove(visit: Visit, form: Form) -> Answer:
    """Write nothing to a tracker any more."""
    path = path_of("trackers", visit.named("tracker"))
    return done(visit, await visit.calls.give("DELETE", path, form.command_id), HERE)


ROUTES = (
    page(HERE, show),
    action(HERE, define, again=show),
    action(f"{HERE}/{{tracker}}/removal", remove, again=show),
    action(f"{HERE}/{{tracker}}/test", test, again=show),
)
