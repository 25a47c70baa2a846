"""Calendar feeds: an address that a calendar program reads, shown once."""

from services.web.calls import path_of
from services.web.forms import Form
from services.web.page import Answer, action, done
from services.web.pages.on_call.schedule import show
from services.web.rendering import Screen
from services.web.visit import Visit


async def issue(visit: Visit, form: Form) -> Answer:
    """Issue a calendar of a schedule, or of one's own turns everywhere, and show its address."""
    schedule_id = visit.named("schedule")
    mine = form.text("of") == "me"
    body = {"responder_id": visit.session.person} if mine else {"schedule_id": schedule_id}
    issued = await visit.calls.give("POST", path_of("feeds"), form.command_id, body)
    base = str(visit.request.base_url).rstrip("/")
    return Screen(
        template="on_call/feed.html",
        title="The address of the calendar",
        facts={
            "address": f"{base}{issued['path']}" if issued["path"] else None,
            "schedule_id": schedule_id,
            "mine": mine,
        },
    )


async def revoke(visit: Visit, form: Form) -> Answer:
    """Make the address of a calendar lead nowhere."""
    path = path_of("feeds", visit.named("feed"))
    receipt = await visit.calls.give("DELETE", path, form.command_id)
    return done(visit, receipt, f"/on-call/{visit.named('schedule')}")


ROUTES = (
    action("/on-call/{schedule}/feeds", issue, again=show),
    action("/on-call/{schedule}/feeds/{feed}/revocation", revoke, again=show),
)
