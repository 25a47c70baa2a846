"""Numbers: what a form says in digits."""

from services.web.fields.moments import wrong
from services.web.forms import Form


def number_in(form: Form, name: str, default: int | None) -> int | None:
    """Return the whole number that a form says.

    Raises: Refused.
    """
    text = form.text(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal()):
        raise wrong(name, "Write a whole number.")
    return int(text)


def seconds_in(form: Form, name: str) -> int:
    """Return the minutes that a form says, in seconds.

    Raises: Refused.
    """
    try:
        return round(float(form.text(name) or "") * 60)
    except (ValueError, OverflowError):
        raise wrong(name, "Write minutes: 5.") from None
