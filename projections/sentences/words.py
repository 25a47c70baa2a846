"""Sentence parts: the rule that finds an event's words, and the phrases they share."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import singledispatch

from events.log.codec import wire_name
from events.log.recorded import UnknownEvent

FAULTS = {  # activities/delivery/faults.py
    "ProviderUnreachable": "the provider cannot be reached",
    "DeliveryDeferred": "the provider asks to try again later",
    "DeliveryRefused": "the provider refuses it",
    "OutcomeUnknown": "nobody knows whether it arrived",
    "TimedOut": "no attempt came to an end",
}
PRINCIPALS = {"api_key": "API key", "integration": "Integration", "workflow": "Tocsin"}


@singledispatch
def words(event: object) -> str:
    """Return the sentence, perhaps without its full stop."""
    return f"{wire_name(type(event))} happened"


@words.register
def _(event: UnknownEvent) -> str:
    return f"Unknown event {event.type}, version {event.schema_version}"


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


def round_of(round: int) -> str:
    """Return the round, unless it is the first."""
    return f" in round {round}" if round > 1 else ""


def tried(attempts: int) -> str:
    """Return how many attempts it took, unless it was one."""
    return f" after {attempts} attempts" if attempts > 1 else ""


def fault_of(error: str) -> str:
    """Return a delivery's fault as a clause; its code stays, for whoever knows the provider."""
    name, _, code = error.partition(": ")
    clause = FAULTS.get(name)
    if clause is None:
        return error
    return f"{clause} ({code.replace('_', ' ')})" if code else clause


def times(number: int) -> str:
    """Return how often."""
    return "once" if number == 1 else f"{number} times"


def lasting(span: timedelta) -> str:
    """Return a span that somebody set, in the largest unit that it is a whole number of."""
    for seconds, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        number, rest = divmod(int(span.total_seconds()), seconds)
        if number and not rest:
            return counted(number, unit)
    return counted(int(span.total_seconds()), "second")


def counted(number: int, noun: str) -> str:
    """Return a number of things."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(parts: Iterable[str]) -> str:
    """Return the parts as an enumeration."""
    *others, last = [*parts] or [""]
    return f"{', '.join(others)} and {last}" if others else last
