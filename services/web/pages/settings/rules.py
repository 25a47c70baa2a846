"""Notification rules: over which way, after how long, how often; and the quiet hours."""

from typing import Any, Final

from services.web.calls import Document, path_of
from services.web.fields.numbers import number_in
from services.web.forms import Form
from services.web.page import Answer, action, done
from services.web.pages.settings.me import show
from services.web.visit import Visit

MOST: Final = 10  # rules of one urgency that a form is read for
URGENCIES: Final = ("high", "low")


async def change(visit: Visit, form: Form) -> Answer:
    """Set one's notification rules and quiet hours."""
    body: Document = {urgency: rules_in(form, urgency) for urgency in URGENCIES}
    body["quiet_hours"] = quiet_hours_in(form, visit)
    path = path_of("responders", visit.session.person, "notification-rules")
    receipt = await visit.calls.give("PUT", path, form.command_id, body, form.text("seen"))
    return done(visit, receipt, "/settings")


def rules_in(form: Form, urgency: str) -> list[dict[str, Any]]:
    """Return the rules that a form names; without a way there is none.

    Raises: Refused.
    """
    rules: list[dict[str, Any]] = []
    for number in range(MOST):
        at = f"{urgency}-{number}"
        method = number_in(form, f"{at}-method", None)
        if method is None:
            continue
        rules.append(
            {
                "contact_method": method,
                "after_seconds": 60 * (number_in(form, f"{at}-after", 0) or 0),
                "repeats": number_in(form, f"{at}-repeats", 0),
                "every_seconds": 60 * (number_in(form, f"{at}-every", 5) or 5),
            }
        )
    return rules


def quiet_hours_in(form: Form, visit: Visit) -> dict[str, str] | None:
    """Return the quiet hours that a form names, None if it names none."""
    begins, ends = form.text("quiet_begins"), form.text("quiet_ends")
    if not begins and not ends:
        return None
    zone = form.text("quiet_zone") or visit.clock.zone.key
    return {"begins": whole(begins), "ends": whole(ends), "zone": zone}


def whole(time: str | None) -> str:
    """Return a time of the day with its seconds, as the API reads it."""
    return f"{time}:00" if time and time.count(":") == 1 else time or ""


ROUTES = (action("/settings/notification-rules", change, again=show),)
