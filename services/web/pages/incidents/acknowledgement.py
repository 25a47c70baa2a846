"""Acknowledgement: one press, on the board or on the incident."""

from services.web.calls import path_of
from services.web.forms import Form
from services.web.page import Answer, action, done
from services.web.pages.incidents.incident import show
from services.web.visit import Visit


async def acknowledge(visit: Visit, form: Form) -> Answer:
    """Acknowledge an incident: nobody else is paged for it."""
    reference = visit.named("reference")
    path = path_of("incidents", reference, "acknowledgement")
    receipt = await visit.calls.give("POST", path, form.command_id)
    return done(visit, receipt, f"/incidents/{reference}")


ROUTES = (action("/incidents/{reference}/acknowledgement", acknowledge, again=show),)
