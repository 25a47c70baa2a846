"""Hand-over notes: left on the page of the schedule for whoever is on call next."""

from services.web.calls import path_of
from services.web.forms import Form
from services.web.page import Answer, action, done
from services.web.pages.on_call.schedule import show
from services.web.visit import Visit


async def leave(visit: Visit, form: Form) -> Answer:
    """Leave a note on one's shift."""
    schedule_id = visit.named("schedule")
    path = path_of("schedules", schedule_id, "hand-over-notes")
    body = {"text": form.text("text") or ""}
    receipt = await visit.calls.give("POST", path, form.command_id, body)
    return done(visit, receipt, f"/on-call/{schedule_id}")


ROUTES = (action("/on-call/{schedule}/hand-over-notes", leave, again=show),)
