"""Overrides: made and withdrawn on the page of their schedule, and the pager taken."""

from services.web.calls import path_of
from services.web.fields.moments import instant, wanted_instant
from services.web.forms import Form
from services.web.page import Answer, action, done, warned
from services.web.pages.on_call.schedule import show
from services.web.pages.on_call.zones import schedule_zone
from services.web.visit import Visit


async def override(visit: Visit, form: Form) -> Answer:
    """Have somebody on call for somebody else."""
    schedule_id = visit.named("schedule")
    zone = await schedule_zone(visit, schedule_id)
    body = {
        "starts_at": wanted_instant(form, "starts_at", zone),
        "ends_at": wanted_instant(form, "ends_at", zone),
        "off": form.text("off"),
        "on": form.text("on"),
        "reason": form.text("reason"),
    }
    path = path_of("schedules", schedule_id, "overrides")
    receipt = await visit.calls.give("POST", path, form.command_id, body)
    return await warned(visit, receipt, show, f"/on-call/{schedule_id}")


async def withdraw(visit: Visit, form: Form) -> Answer:
    """Let an override hold no more."""
    schedule_id = visit.named("schedule")
    path = path_of("schedules", schedule_id, "overrides", visit.named("override"))
    receipt = await visit.calls.give("DELETE", path, form.command_id)
    return done(visit, receipt, f"/on-call/{schedule_id}")


async def take(visit: Visit, form: Form) -> Answer:
    """Be on call from now on in the place of whoever is."""
    schedule_id = visit.named("schedule")
    zone = await schedule_zone(visit, schedule_id)
    body = {"until": instant(form, "until", zone), "reason": form.text("reason")}
    path = path_of("schedules", schedule_id, "take")
    receipt = await visit.calls.give("POST", path, form.command_id, body)
    return await warned(visit, receipt, show, f"/on-call/{schedule_id}")


ROUTES = (
    action("/on-call/{schedule}/overrides", override, again=show),
    action("/on-call/{schedule}/overrides/{override}/withdrawal", withdraw, again=show),
    action("/on-call/{schedule}/pager", take, again=show),
)
