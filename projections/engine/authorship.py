"""Authorship of an event: who did it, and when, as the event itself says."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import get_type_hints

from events.registry import ALL_EVENTS


def occurred_at(event: object) -> datetime | None:
    """Return the event's own time, None for an event this program does not know.

    Units: the author's clock, which may differ from the database's.
    """
    timestamp = timestamps().get(type(event))
    at: datetime | None = None if timestamp is None else getattr(event, timestamp)
    return at


def author_of(event: object) -> str | None:
    """Return who did it ("responder:ana"), None where nobody in particular did."""
    author = authors().get(type(event))
    by: str | None = None if author is None else getattr(event, author)
    return by


@cache
def timestamps() -> Mapping[type, str]:
    """Return the field with the time of each event class.

    It is the last field that is always a time: those before it are other people's clocks and plans.
    """
    return {
        event: [name for name, hint in get_type_hints(event).items() if hint is datetime][-1]
        for event in ALL_EVENTS
    }


@cache
def authors() -> Mapping[type, str]:
    """Return the field with the author of each event class that has one."""
    return {
        event: field.name
        for event in ALL_EVENTS
        for field in fields(event)
        if field.name.endswith("_by")
    }
