"""Meeting agenda: what is talked about for how long, and at what time once it is scheduled.

Source: the practice's postmortem meeting (docs/architecture.md, "The practice, built in").
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

MOST_ITEMS: Final = 12
LONGEST_ITEM: Final = 180  # minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """One item: what it is called, what it asks, and how long it may take."""

    topic: str
    focus: str = ""
    minutes: int


type Agenda = tuple[AgendaItem, ...]

DEFAULT_AGENDA: Final[Agenda] = (
    AgendaItem(topic="Review timeline", focus="What happened when", minutes=10),
    AgendaItem(topic="Root cause analysis", focus="Why did this happen", minutes=15),
    AgendaItem(topic="Contributing factors", focus="What enabled this", minutes=10),
    AgendaItem(topic="Action items", focus="What will we do", minutes=15),
    AgendaItem(topic="Wrap up", focus="Next steps, owners", minutes=5),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedItem:
    """An item with its clock times."""

    number: int  # from 1 on
    item: AgendaItem
    starts_at: datetime
    ends_at: datetime


def length_of(agenda: Agenda) -> timedelta:
    """Return how long a meeting takes."""
    return timedelta(minutes=sum(item.minutes for item in agenda))


def timed(agenda: Agenda, starts_at: datetime) -> Iterator[TimedItem]:
    """Yield the items with their times: one begins when the one before ends."""
    at = starts_at
    for number, item in enumerate(agenda, start=1):
        ends = at + timedelta(minutes=item.minutes)
        yield TimedItem(number=number, item=item, starts_at=at, ends_at=ends)
        at = ends
