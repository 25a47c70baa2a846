"""Moments: an instant as a form writes it, by the clock of a zone."""

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from services.web.calls import Refused
from services.web.forms import Form

UNREADABLE: Final = "Write day and time: 2026-12-01T10:00."
SKIPPED: Final = "The clocks go forward then: this time is never on the clock. Take a later one."
WANTED: Final = "Say when."


def wrong(name: str, reason: str) -> Refused:
    """Return the refusal of a field that cannot be asked of the API."""
    problem = {
        "title": "A field of the form is not right.",
        "detail": reason,
        "status": 422,
        "code": "request-invalid",
        "errors": [{"field": name, "reason": reason}],
    }
    return Refused(problem, None)


def instant(form: Form, name: str, zone: ZoneInfo) -> str | None:
    """Return the instant that a form names by the clock of a zone, None if it names none.

    Raises: Refused.
    """
    text = form.text(name)
    if text is None:
        return None
    try:
        naive = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise wrong(name, UNREADABLE) from None
    at = naive.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != naive:
        raise wrong(name, SKIPPED)
    return at.isoformat()


def wanted_instant(form: Form, name: str, zone: ZoneInfo) -> str:
    """Return the instant that a form has to name.

    Raises: Refused.
    """
    found = instant(form, name, zone)
    if found is None:
        raise wrong(name, WANTED)
    return found


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins on the clock of a zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def instant_named(text: str | None, zone: ZoneInfo) -> str | None:
    """Return the instant that an address names by the clock of a zone; what is none is left out."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).isoformat() if text else None
    except ValueError:
        return None
