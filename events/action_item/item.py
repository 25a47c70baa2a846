"""Action item values: what an item is for, how urgent it is, and by when it is due."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from events.ids import ResponderId, TeamId


class ActionKind(StrEnum):
    """What an action item changes."""

    PREVENT = "prevent"  # it does not happen again
    DETECT = "detect"  # it is seen sooner
    MITIGATE = "mitigate"  # it hurts less, or shorter
    PROCESS = "process"  # people work differently
    LEARN = "learn"  # somebody finds out what nobody knew


class Priority(StrEnum):
    """How urgent an action item is."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class ActionItemState(StrEnum):
    """Where an action item stands. Done and dropped are two words."""

    OPEN = "open"
    STARTED = "started"
    DONE = "done"
    DROPPED = "dropped"
    SUPERSEDED = "superseded"


class Reminder(StrEnum):
    """Why somebody is reminded of an action item."""

    SOON = "soon"  # it is due in three days, or in less if that came up late
    DUE = "due"  # it is due today
    LATE = "late"  # it was due, whole weeks ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who sees to an action item: one person, or a team until somebody takes it."""

    person: ResponderId | None = None
    team: TeamId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDays:
    """When people are reminded of an item, in days; the learning policy says so."""

    before: int = 3
    between: int = 7  # once it is late
    escalates_after: int = 7


USUAL_REMINDERS: Final = ReminderDays()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem:
    """What is changed, as people say it."""

    text: str
    action: ActionKind
    owner: Owner
    priority: Priority
    factor: int | None = None  # of its postmortem, that it answers
