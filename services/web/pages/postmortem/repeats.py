"""Repeats: people say that an incident is an earlier one again, or that they only look alike."""

from services.web.calls import path_of
from services.web.forms import Form
from services.web.page import Answer, action, done
from services.web.pages.incidents.incident import show
from services.web.visit import Visit


async def judge(visit: Visit, form: Form) -> Answer:
    """Confirm or reject a pair."""
    reference = visit.named("reference")
    path = path_of("incidents", reference, "repeats", visit.named("earlier"))
    body = {"confirmed": form.text("confirmed") == "yes"}
    receipt = await visit.calls.give("PUT", path, form.command_id, body)
    return done(visit, receipt, f"/incidents/{reference}")


ROUTES = (action("/incidents/{reference}/repeats/{earlier}", judge, again=show),)
