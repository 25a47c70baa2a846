"""Device settings: the zone, the theme and the keys of one browser, kept in its cookies."""

from typing import Final
from zoneinfo import ZoneInfo

from starlette.responses import RedirectResponse

from services.web.addresses import ours
from services.web.calls import Refused
from services.web.forms import Form
from services.web.page import Answer, action, page, web_of
from services.web.rendering import Screen
from services.web.visit import KEYS_COOKIE, THEME_COOKIE, THEMES, ZONE_COOKIE, Visit

ADDRESS: Final = "/settings/device"
A_YEAR: Final = 365 * 86_400  # seconds
NO_SUCH_ZONE: Final = "There is no such zone. Write it as Europe/Berlin, or leave it empty for UTC."


async def show(visit: Visit) -> Screen:
    """Show what this device is set to."""
    cookies = visit.request.cookies
    facts = {"chosen_zone": cookies.get(ZONE_COOKIE, ""), "themes": THEMES}
    return Screen(template="device.html", title="This device", facts=facts)


async def keep(visit: Visit, form: Form) -> Answer:
    """Keep what was chosen, in cookies of this browser."""
    zone, theme = form.text("zone"), form.text("theme")
    if zone is not None and not is_zone(zone):
        errors = [{"field": "zone", "reason": NO_SUCH_ZONE}]
        raise Refused({"status": 422, "detail": NO_SUCH_ZONE, "errors": errors}, None)
    answer = RedirectResponse(ours(visit.query.get("next")) or ADDRESS, status_code=303)
    secure = web_of(visit.request).secure
    chosen = {
        ZONE_COOKIE: zone,
        THEME_COOKIE: theme if theme in THEMES else None,
        KEYS_COOKIE: None if form.ticked("keys") else "off",
    }
    for name, value in chosen.items():
        if value is None:
            answer.delete_cookie(name, secure=secure, samesite="lax")
        else:  # script reads the zone's cookie too, and switches it
            answer.set_cookie(name, value, max_age=A_YEAR, secure=secure, samesite="lax")
    return answer


def is_zone(name: str) -> bool:
    """Say whether there is a zone of this name."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


ROUTES = (page(ADDRESS, show), action(ADDRESS, keep, again=show))
