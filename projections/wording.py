"""How sentences about events are put together: names, times, counts, and the words of an event."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import singledispatch

from events.log.codec import wire_name

PRINCIPALS = {"api_key": "API key", "integration": "Integration", "workflow": "Tocsin"}


def person(name: str) -> str:
    """Return how a sentence calls the author of an event."""
    kind, _, rest = name.partition(":")
    if kind == "workflow":
        return "Tocsin"
    if kind == "responder" and rest:
        return rest
    return f"{PRINCIPALS[kind]} {rest}" if kind in PRINCIPALS else name


@singledispatch
def words(event: object) -> str:
    """Return the sentence, perhaps without its full stop."""
    return f"{wire_name(type(event))} happened"


def because(reason: str | None) -> str:
    """Return the reason as the end of a sentence."""
    return f": {reason}" if reason else ""


def clock(at: datetime) -> str:
    """Return a moment as people write it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def round_of(turn: int) -> str:
    """Return the round, unless it is the first."""
    return f" in round {turn}" if turn > 1 else ""


def tried(attempts: int) -> str:
    """Return how many attempts it took, unless it was one."""
    return f" after {attempts} attempts" if attempts > 1 else ""


def times(number: int) -> str:
    """Return how often."""
    return "once" if number == 1 else f"{number} times"


def counted(number: int, noun: str) -> str:
    """Return a number of things."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(parts: Iterable[str]) -> str:
    """Return the parts as an enumeration."""
    *others, last = [*parts] or [""]
    return f"{', '.join(others)} and {last}" if others else last
