"""Absences: when one is away, so that nobody counts on one."""

from services.web.calls import path_of
from services.web.fields.moments import wanted_instant
from services.web.forms import Form
from services.web.page import Answer, action, done, warned
from services.web.pages.settings.me import show
from services.web.visit import Visit


async def say(visit: Visit, form: Form) -> Answer:
    """Say when one is away."""
    zone = visit.clock.zone
    body = {
        "starts_at": wanted_instant(form, "starts_at", zone),
        "ends_at": wanted_instant(form, "ends_at", zone),
    }
    path = path_of("responders", visit.session.person, "absences")
    receipt = await visit.calls.give("POST", path, form.command_id, body)
    return await warned(visit, receipt, show, "/settings")


async def withdraw(visit: Visit, form: Form) -> Answer:
    """Be there after all."""
    path = path_of("responders", visit.session.person, "absences", visit.named("absence"))
    receipt = await visit.calls.give("DELETE", path, form.command_id)
    return done(visit, receipt, "/settings")


ROUTES = (
    action("/settings/absences", say, again=show),
    action("/settings/absences/{absence}/withdrawal", withdraw, again=show),
)
