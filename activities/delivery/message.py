"""Message: what one person is to read, before a provider gives it its form.

Whoever makes one has made its free text harmless; whoever renders one escapes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from typing import Any, Final

from activities.calendars.entry import CalendarPart
from events.ids import DeliveryId
from events.values.plain_text import cut, plain
from events.values.plain_text import one_line as plain_line

LONGEST_TITLE: Final = 200  # characters
LONGEST_SUMMARY: Final = 2000


class Urgency(IntEnum):
    """How loud a message may be; the highest may wake somebody up."""

    LOW = 2
    NORMAL = 3
    HIGH = 4
    HIGHEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the text; its line breaks count."""

    text: str
    title: str = ""

    def __str__(self) -> str:
        """Return the section as plain text."""
        return f"{self.title}:\n{self.text}" if self.title else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something to do or to open: a name and a URL."""

    name: str
    url: str
    code: str = ""  # what a reply names it by, where there is no button


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one person."""

    delivery_id: DeliveryId  # receivers drop repeats by it
    event: str  # what it tells, for programs: page.requested
    at: datetime  # what it tells happened; does not change between attempts
    urgency: Urgency
    headline: str  # one line to read on a locked screen; what matters comes first
    reference: str  # of what it is about: INC-1042
    badge: str  # one word or two beside it: SEV1
    title: str  # one line
    sections: tuple[Section, ...]
    actions: tuple[Action, ...] = ()  # answers, the first one first; their URLs take a POST
    links: tuple[Action, ...] = ()  # things to open, the most important one last
    footer: str = ""  # why they get it
    thread: str | None = None  # what messages of one thread have in common
    facts: Mapping[str, Any] = field(default_factory=dict)  # the same, for programs
    possible_repeat: bool = False  # an earlier attempt may have arrived
    ledger: str = ""  # stream of what becomes of it, for receipts; empty where nobody keeps them
    calendar: CalendarPart | None = None  # where the way takes it; it then goes by itself
    private: bool = False  # only members of the incident may know what it is about

    @property
    def text(self) -> str:
        """Return the sections as plain text."""
        return "\n\n".join(str(section) for section in self.sections)


def discreet(message: Message) -> Message:
    """Return the message for a locked screen: of a private incident only that there is one."""
    if not message.private:
        return message
    mark = " (possible repeat)" if message.possible_repeat else ""
    return replace(
        message,
        headline=f"{message.badge} {message.reference}{mark}: a private incident",
        title="A private incident",
        sections=(Section(text="Open it to read what it is."),),
        facts={},
        private=False,
    )


def one_line(text: str) -> str:
    """Return the text as one harmless line of at most LONGEST_TITLE characters."""
    return cut(plain_line(text), LONGEST_TITLE)


def plain_text(text: str, longest: int) -> str:
    """Return the text as plain lines of at most `longest` characters."""
    return cut(plain(text).strip(), longest)
