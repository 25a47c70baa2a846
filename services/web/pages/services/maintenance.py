"""Maintenance windows: planned, ended and cancelled on the page of their service."""

from services.web.calls import path_of
from services.web.fields.moments import instant, wanted_instant
from services.web.forms import Form
from services.web.page import Answer, action, done, warned
from services.web.pages.services.service import show
from services.web.visit import Visit

WINDOWS = "/services/{service}/maintenance-windows"


async def plan(visit: Visit, form: Form) -> Answer:
    """Hold back the alerts of a service for a time."""
    service_id = visit.named("service")
    zone = visit.clock.zone
    body = {
        "name": form.text("name") or "",
        "reason": form.text("reason") or "",
        "service_ids": [service_id],
        "starts_at": instant(form, "starts_at", zone),
        "ends_at": wanted_instant(form, "ends_at", zone),
    }
    window_id = f"window-{form.command_id.hex[:12]}"
    path = path_of("maintenance-windows", window_id)
    receipt = await visit.calls.give("PUT", path, form.command_id, body)
    return await warned(visit, receipt, show, f"/services/{service_id}")


async def end(visit: Visit, form: Form) -> Answer:
    """End what runs of a window now."""
    return await _stop(visit, form, "end")


async def cancel(visit: Visit, form: Form) -> Answer:
    """Cancel a window for good."""
    return await _stop(visit, form, "cancellation")


async def _stop(visit: Visit, form: Form, noun: str) -> Answer:
    path = path_of("maintenance-windows", visit.named("window"), noun)
    body = {"reason": form.text("reason") or ""}
    receipt = await visit.calls.give("POST", path, form.command_id, body)
    return done(visit, receipt, f"/services/{visit.named('service')}")


ROUTES = (
    action(WINDOWS, plan, again=show),
    action(f"{WINDOWS}/{{window}}/end", end, again=show),
    action(f"{WINDOWS}/{{window}}/cancellation", cancel, again=show),
)
