"""Status updates of an incident: what was published, the draft, and the form for the next."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from services.access.permissions import Permission
from services.web.calls import Document, path_of
from services.web.forms import Form
from services.web.page import Answer, action, done, page
from services.web.pages.incidents.commands.form import LOCAL, Field, Kind, body_of
from services.web.pages.incidents.commands.informing import UPDATE_FIELDS
from services.web.pages.incidents.incident import title_of
from services.web.rendering import Screen
from services.web.visit import Visit
from services.web.words import Clock, read

FORM: Final = (
    *UPDATE_FIELDS,
    Field(name="corrects", label="Which update it corrects", kind=Kind.HIDDEN_NUMBER, needed=False),
)
MOST: Final = 200  # deliveries that are shown, over all updates
STATE_WORDS: Final = {
    "intended": "waits",
    "delayed": "being tried again",
    "sent": "sent",
    "failed": "failed",
    "suppressed": "held back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentUpdate:
    """What became of one update on its way: counted, and each message."""

    counts: Sequence[tuple[str, int]]
    deliveries: Sequence[Document]


async def show(visit: Visit) -> Screen:
    """Show the updates and the draft of the next one."""
    reference = visit.named("reference")
    get, reading = visit.calls.get, visit.reading
    incident, updates, draft = await asyncio.gather(
        get(path_of("incidents", reference), **reading),
        get(path_of("incidents", reference, "status-updates"), **reading),
        get(path_of("incidents", reference, "status-update-draft"), **reading),
    )
    deliveries = await get(
        path_of("deliveries"),
        kind="status_update",
        incident_id=incident["incident_id"],
        limit=MOST,
        **reading,
    )
    published = sorted(updates["status_updates"], key=lambda one: one["number"], reverse=True)
    correcting = corrected_by_it(published, visit.query.get("correct"))
    return Screen(
        template="incident_updates.html",
        title=f"Updates · {title_of(incident)}",
        facts={
            "incident": incident,
            "updates": published,
            "sent": sent_of(deliveries["deliveries"]),
            "cut": deliveries["next_cursor"] is not None,
            "states": STATE_WORDS,
            "draft": draft,
            "fields": UPDATE_FIELDS,
            "first": first_of(correcting or draft, visit.clock),
            "correcting": correcting,
            "who": await visit.who(incident, updates),
            "may_act": visit.may(Permission.INCIDENT_COMMAND),
        },
    )


def sent_of(deliveries: Sequence[Document]) -> dict[str, SentUpdate]:
    """Return what became of each update, by its number; what failed is named first."""
    by_update: dict[str, list[Document]] = {}
    for one in deliveries:
        by_update.setdefault(one["about"], []).append(one)
    order = ["failed", "delayed", "intended", "suppressed", "sent"]
    found: dict[str, SentUpdate] = {}
    for number, messages in by_update.items():
        count = Counter(one["state"] for one in messages)
        found[number] = SentUpdate(
            counts=[(STATE_WORDS[state], count[state]) for state in order if count[state]],
            deliveries=sorted(messages, key=lambda one: order.index(one["state"])),
        )
    return found


def corrected_by_it(published: Sequence[Document], number: str | None) -> Document | None:
    """Return the update that the form corrects: of one that was corrected already the newest."""
    by_number = {str(one["number"]): one for one in published}
    found = by_number.get(number or "")
    while found is not None and found["corrected"]:
        found = by_number.get(str(found["corrected"]["number"]))
    return found


def first_of(said: Document, clock: Clock) -> dict[str, str]:
    """Return what stands in the form: the draft, or the update that is corrected.

    A promise whose time has passed is not made again.
    """
    at = said["next_update_at"]
    return {
        "impact": said["impact"],
        "current_actions": said["current_actions"],
        "next_update_at": local(read(at), clock.zone) if at and not clock.late(at) else "",
    }


def local(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant as a browser's field for times has it."""
    return at.astimezone(zone).strftime(LOCAL)


async def publish(visit: Visit, form: Form) -> Answer:
    """Publish an update to everybody inside who asked for it."""
    reference = visit.named("reference")
    path = path_of("incidents", reference, "status-updates")
    receipt = await visit.calls.give(
        "POST", path, form.command_id, body_of(FORM, form, visit.clock.zone)
    )
    return done(visit, receipt, f"/incidents/{reference}/updates")


ROUTES = (
    page("/incidents/{reference}/updates", show),
    action("/incidents/{reference}/updates", publish, again=show),
)
