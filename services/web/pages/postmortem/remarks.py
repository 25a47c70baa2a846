"""Remarks: what somebody says of a section at a revision, and hints that its writer waves aside."""

from services.web.forms import Form
from services.web.page import Answer, action
from services.web.pages.incidents.postmortem import show
from services.web.pages.postmortem.giving import AT, give
from services.web.visit import Visit


async def comment(visit: Visit, form: Form) -> Answer:
    """Comment on what a section says at the revision that was read."""
    revision = form.text("revision") or ""
    body = {
        "revision": int(revision) if revision.isdecimal() else 0,
        "text": form.text("text") or "",
    }
    return await give(visit, form, "POST", ("sections", visit.named("section"), "comments"), body)


async def dismiss(visit: Visit, form: Form) -> Answer:
    """Wave a hint aside."""
    return await give(visit, form, "POST", ("hints", visit.named("hint"), "dismissal"), None)


ROUTES = (
    action(f"{AT}/sections/{{section}}/comments", comment, again=show),
    action(f"{AT}/hints/{{hint}}", dismiss, again=show),
)
