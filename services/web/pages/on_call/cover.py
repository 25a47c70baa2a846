"""Cover requests: asked, taken, declined and withdrawn on the page of their schedule."""

from typing import Any

from services.web.calls import path_of
from services.web.fields.moments import instant, wanted_instant
from services.web.forms import Form
from services.web.page import Answer, action, done
from services.web.pages.on_call.schedule import show
from services.web.pages.on_call.zones import schedule_zone
from services.web.visit import Visit

REQUESTS = "/on-call/{schedule}/cover-requests"


async def ask(visit: Visit, form: Form) -> Answer:
    """Ask others to take a shift, or part of one."""
    schedule_id = visit.named("schedule")
    zone = await schedule_zone(visit, schedule_id)
    begin, end = instant(form, "return_starts_at", zone), instant(form, "return_ends_at", zone)
    body: dict[str, Any] = {
        "starts_at": wanted_instant(form, "starts_at", zone),
        "ends_at": wanted_instant(form, "ends_at", zone),
        "responder_id": form.text("responder_id"),
        "asked_ids": form.listed("asked_ids"),
        "in_return": {"starts_at": begin, "ends_at": end} if begin or end else None,
        "reason": form.text("reason"),
    }
    path = path_of("schedules", schedule_id, "cover-requests")
    receipt = await visit.calls.give("POST", path, form.command_id, body)
    return done(visit, receipt, f"/on-call/{schedule_id}")


async def accept(visit: Visit, form: Form) -> Answer:
    """Take the shift that cover is asked for, or part of it."""
    zone = await schedule_zone(visit, visit.named("schedule"))
    body = {
        "starts_at": instant(form, "starts_at", zone),
        "ends_at": instant(form, "ends_at", zone),
    }
    return await _answer(visit, form, "POST", "acceptance", body=body)


async def decline(visit: Visit, form: Form) -> Answer:
    """Say that one does not take the shift."""
    return await _answer(visit, form, "POST", "refusal")


async def withdraw(visit: Visit, form: Form) -> Answer:
    """Ask for cover no more."""
    return await _answer(visit, form, "DELETE")


async def _answer(
    visit: Visit, form: Form, method: str, *noun: str, body: dict[str, Any] | None = None
) -> Answer:
    schedule_id, number = visit.named("schedule"), visit.named("number")
    path = path_of("schedules", schedule_id, "cover-requests", number, *noun)
    receipt = await visit.calls.give(method, path, form.command_id, body)
    return done(visit, receipt, f"/on-call/{schedule_id}")


ROUTES = (
    action(REQUESTS, ask, again=show),
    action(f"{REQUESTS}/{{number}}/acceptance", accept, again=show),
    action(f"{REQUESTS}/{{number}}/refusal", decline, again=show),
    action(f"{REQUESTS}/{{number}}/withdrawal", withdraw, again=show),
)
