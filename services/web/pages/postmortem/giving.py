"""Giving: one command to the postmortem of the incident in the address, and back to its page."""

from typing import Any, Final

from services.web.calls import path_of
from services.web.forms import Form
from services.web.page import Answer, done
from services.web.visit import Visit

AT: Final = "/incidents/{reference}/postmortem"


async def give(
    visit: Visit, form: Form, method: str, nouns: tuple[str, ...], body: dict[str, Any] | None
) -> Answer:
    """Give the command, and show the document with what it did.

    Raises: Refused.
    """
    reference = visit.named("reference")
    path = path_of("incidents", reference, "postmortem", *nouns)
    receipt = await visit.calls.give(method, path, form.command_id, body)
    return done(visit, receipt, f"/incidents/{reference}/postmortem")
