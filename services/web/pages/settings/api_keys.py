"""API keys: what programs may do, each key shown once, never more than its maker may."""

from datetime import datetime, timedelta
from typing import Final

from services.access.permissions import Permission
from services.web.calls import path_of
from services.web.fields.moments import midnight
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.rendering import Screen
from services.web.visit import UTC_ZONE, Visit
from services.web.words import read

SCOPES: Final = (
    ("responder", "responder: work on incidents"),
    ("observer", "observer: read"),
    ("auditor", "auditor: read the whole log"),
    ("admin", "admin: everything"),
    ("ingest", "ingest: send alerts"),
)
LIVES: Final = (("30", "30 days"), ("90", "90 days"), ("365", "a year"))


async def show(visit: Visit) -> Screen:
    """Show every API key."""
    found = (await visit.calls.get(path_of("api-keys"), **visit.reading))["api_keys"]
    good = [one for one in found if not one["revoked_at"] and is_good(one["expires_at"], visit.now)]
    return Screen(
        template="settings/api_keys.html",
        title="API keys",
        facts={
            "keys": good,
            "over": [one for one in found if one not in good],
            "scopes": SCOPES,
            "lives": LIVES,
            "who": await visit.who(),
            "may_define": not visit.as_of and visit.may(Permission.API_KEY_MANAGE),
        },
    )


def is_good(expires_at: str | None, now: datetime) -> bool:
    """Say whether a key has not run out."""
    return expires_at is None or read(expires_at) > now


async def create(visit: Visit, form: Form) -> Answer:
    """Make an API key, and show it for the one time."""
    days = form.text("days") or ""
    last = visit.now.date() + timedelta(days=int(days)) if days in dict(LIVES) else None
    body = {
        "name": form.text("name") or "",
        "scopes": form.listed("scopes"),
        "responder_id": visit.session.person if form.ticked("mine") else None,
        "expires_at": midnight(last, UTC_ZONE).isoformat() if last else None,  # pressed twice: one
    }
    made = await visit.calls.give("POST", path_of("api-keys"), form.command_id, body)
    title = f"The key {made['name']}"
    return Screen(template="settings/api_key.html", title=title, facts={"made": made})


async def revoke(visit: Visit, form: Form) -> Answer:
    """Let an API key open nothing any more."""
    path = path_of("api-keys", visit.named("key"))
    receipt = await visit.calls.give("DELETE", path, form.command_id)
    return done(visit, receipt, "/settings/api-keys")


ROUTES = (
    page("/settings/api-keys", show),
    action("/settings/api-keys", create, again=show),
    action("/settings/api-keys/{key}/revocation", revoke, again=show),
)
