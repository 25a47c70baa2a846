"""Alerts: what fires and fired, by the incident it went to, and why it went there."""

import asyncio
from typing import Any, Final

from services.access.permissions import Permission
from services.web.calls import or_none, path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.pages.alerts.words import BAD, ENDINGS, OUTCOMES, REASONS, grouped
from services.web.rendering import Screen
from services.web.visit import Visit

SHOWN: Final = 50
STATES: Final = (
    ("triggered", "Open"),
    ("held", "Held back"),
    ("", "All"),
    ("resolved", "Over"),
    ("passed", "Over before it was let through"),
)


async def show(visit: Visit) -> Screen:
    """Show the alerts."""
    state = visit.query.get("state", "triggered")
    integration_id = visit.query.get("integration_id")
    alerts, integrations, letters = await asyncio.gather(
        visit.calls.get(
            path_of("alerts"),
            state=state,
            integration_id=integration_id,
            cursor=visit.query.get("cursor"),
            limit=SHOWN,
            **visit.reading,
        ),
        visit.calls.get(path_of("integrations"), **visit.reading),
        or_none(visit.calls.get(path_of("dead-letters"), limit=SHOWN)),
    )
    sending = [one for one in integrations["integrations"] if not one["revoked_at"]]
    return Screen(
        template="alerts/overview.html",
        title="Alerts",
        facts={
            "groups": grouped(alerts["alerts"]),
            "next_cursor": alerts["next_cursor"],
            "state": state,
            "states": STATES,
            "integration_id": integration_id,
            "integrations": sending,
            "integration_options": list(names_of(sending).items()),
            "sender": names_of(integrations["integrations"]),
            "letters": len(letters["dead_letters"]) if letters else 0,
            "reasons": REASONS,
            "endings": ENDINGS,
            "outcomes": OUTCOMES,
            "bad": BAD,
            "may_release": not visit.as_of and visit.may(Permission.INCIDENT_DECLARE),
            "who": await visit.who(),
        },
    )


async def release(visit: Visit, form: Form) -> Answer:
    """Let an alert through that is held back."""
    path = path_of("alerts", visit.named("alert"), "release")
    receipt = await visit.calls.give("POST", path, form.command_id)
    return done(visit, receipt, "/alerts?state=held")


def names_of(integrations: list[dict[str, Any]]) -> dict[str, str]:
    """Return the names of integrations by id."""
    return {one["integration_id"]: one["name"] for one in integrations}


ROUTES = (
    page("/alerts", show),
    action("/alerts/{alert}/release", release, again=show),
)
