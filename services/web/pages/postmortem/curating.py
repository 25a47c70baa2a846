"""Curating: entries of the log's timeline are lifted and annotated, and what happened outside."""

from typing import Any, Final
from zoneinfo import ZoneInfo

from services.web.fields.moments import wanted_instant
from services.web.forms import Form
from services.web.page import Answer, action
from services.web.pages.incidents.postmortem import show
from services.web.pages.postmortem.giving import AT, give
from services.web.visit import Visit

UTC_ZONE: Final = ZoneInfo("UTC")  # the document's table is in UTC, and so is what is written there


async def choose(visit: Visit, form: Form) -> Answer:
    """Show an entry of the log's timeline in the postmortem, pin it, or leave it out."""
    nouns = ("timeline", visit.named("position"), "choice")
    return await give(visit, form, "PUT", nouns, {"choice": form.text("choice") or ""})


async def annotate(visit: Visit, form: Form) -> Answer:
    """Say more of an entry than the log does; nothing takes it back."""
    nouns = ("timeline", visit.named("position"), "annotation")
    return await give(visit, form, "PUT", nouns, {"text": form.text("text") or ""})


async def add(visit: Visit, form: Form) -> Answer:
    """Add what happened outside."""
    return await give(visit, form, "POST", ("timeline", "added"), _happened(form))


async def change(visit: Visit, form: Form) -> Answer:
    """Say anew what happened outside."""
    nouns = ("timeline", "added", visit.named("entry"))
    return await give(visit, form, "PUT", nouns, _happened(form))


async def remove(visit: Visit, form: Form) -> Answer:
    """Take out what was added; the log keeps that it was there."""
    return await give(visit, form, "DELETE", ("timeline", "added", visit.named("entry")), None)


def _happened(form: Form) -> dict[str, Any]:
    return {
        "happened_at": wanted_instant(form, "happened_at", UTC_ZONE),
        "text": form.text("text") or "",
        "source_url": form.text("source_url"),
    }


ROUTES = (
    action(f"{AT}/added", add, again=show),
    action(f"{AT}/added/{{entry}}", change, again=show),
    action(f"{AT}/added/{{entry}}/removal", remove, again=show),
    action(f"{AT}/timeline/{{position}}", choose, again=show),
    action(f"{AT}/timeline/{{position}}/annotation", annotate, again=show),
)
