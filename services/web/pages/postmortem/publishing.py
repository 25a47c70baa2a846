"""Publishing: the text that customers read, and for whom an edition is there."""

from services.web.calls import path_of
from services.web.forms import Form
from services.web.page import Answer, action, done
from services.web.pages.incidents.postmortem import show
from services.web.pages.postmortem.giving import AT, give
from services.web.visit import Visit

PARTS = ("summary", "what_happened", "what_we_do")


async def write_public_text(visit: Visit, form: Form) -> Answer:
    """Write what customers shall read, from the revision that was read."""
    reference = visit.named("reference")
    path = path_of("incidents", reference, "postmortem", "public-text")
    body = {name: form.text(name) or "" for name in PARTS}
    receipt = await visit.calls.give("PUT", path, form.command_id, body, form.text("revision"))
    return done(visit, receipt, f"/incidents/{reference}/postmortem")


async def publish(visit: Visit, form: Form) -> Answer:
    """Publish the postmortem for whom the form says."""
    body = {
        "visibility": form.text("visibility") or "everyone",
        "reason": form.text("reason"),
    }
    return await give(visit, form, "POST", ("publication",), body)


ROUTES = (
    action(f"{AT}/public-text", write_public_text, again=show),
    action(f"{AT}/publication", publish, again=show),
)
