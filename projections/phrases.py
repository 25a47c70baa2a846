"""The parts that sentences about events are made of."""

from collections.abc import Iterable
from datetime import UTC, datetime

PRINCIPALS = {"api_key": "API key", "integration": "Integration", "workflow": "Tocsin"}


def person(name: str) -> str:
    """Return how a sentence calls the author of an event."""
    kind, _, rest = name.partition(":")
    if kind == "workflow":
        return "Tocsin"
    if kind == "responder" and rest:
        return rest
    return f"{PRINCIPALS[kind]} {rest}" if kind in PRINCIPALS else name


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
