"""Input cleaning: what senders write, made into texts, times and addresses to store. Pure.

Whatever fires behind a good key is taken: a page is worth more than a well-formed field.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from events.values.plain_text import cut, one_line, plain

TEXT_LENGTH: Final = 2_000  # of one label or annotation
TEXTS_LENGTH: Final = 15_000  # of all of an alert's labels, or annotations; the log's cap is above
NAME_LENGTH: Final = 255  # of what tells one alert or group from the others
# Before there were monitors of this kind: a zero that was written as a time, or a clock never set.
FIRST_TIME: Final = datetime(2010, 1, 1, tzinfo=UTC)
MOST: Final = 1_000_000_000  # of a count that a monitor tells
_MILLISECONDS: Final = 100_000_000_000  # a Unix time above is not in seconds
_UNIX: Final = re.compile(r"[0-9]{9,15}", re.ASCII)  # eight digits are a day: 20261123


def time_from(value: Any) -> datetime | None:
    """Return a time in UTC, None for what is none or lies before any monitor's first day."""
    if value is None or isinstance(value, bool):
        return None
    try:
        if isinstance(value, str) and not _UNIX.fullmatch(value):
            value = datetime.fromisoformat(value.strip().upper())
        time = value if isinstance(value, datetime) else _unix_time(float(value))
        time = (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return time if time >= FIRST_TIME else None


def _unix_time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds / 1_000 if seconds > _MILLISECONDS else seconds, UTC)


def count_from(value: Any) -> int:
    """Return a count, however it was written; 0 for what is none."""
    try:
        return int(
            min(max(float(value), 0), MOST)
        )  # by way of a float: 1e999999999 has no int here
    except (ValueError, TypeError, OverflowError):
        return 0


def url_from(value: Any) -> str:
    """Return a web address without anybody's password in it; none for what is no such address."""
    if not isinstance(value, str) or not value:
        return ""
    text = one_line(value)
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    host = parts.netloc.rpartition("@")[2]
    whole = parts._replace(netloc=host).geturl() if host != parts.netloc else text
    return cut(whole, TEXT_LENGTH)


def told_apart(name: str, longest: int = NAME_LENGTH) -> str:
    """Return a name that can be stored and that differs wherever the names sent differ."""
    clean = one_line(name)
    if clean == name and len(name) <= longest:
        return name
    digest = sha256(name.encode(errors="surrogatepass")).hexdigest()
    return f"{clean[: longest - len(digest) - 1]}#{digest}"


def storable(texts: Mapping[str, str]) -> dict[str, str]:
    """Return as many texts as can be stored, the short ones first, each clean and within length."""
    clean = {
        cut(one_line(name), TEXT_LENGTH): cut(plain(text), TEXT_LENGTH)
        for name, text in texts.items()
    }
    if sum(len(name) + len(text) for name, text in clean.items()) <= TEXTS_LENGTH:
        return clean
    room = TEXTS_LENGTH
    chosen: set[str] = set()
    for name in sorted(clean, key=lambda one: len(one) + len(clean[one])):
        room -= len(name) + len(clean[name])
        if room < 0:
            break
        chosen.add(name)
    return {name: text for name, text in clean.items() if name in chosen}
