"""Layer of a schedule: one rotation, when it counts, and what it gives way to."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from events.ids import ResponderId

type Slot = tuple[ResponderId, ...]  # who has one turn together; nobody: an empty slot on purpose


class Frequency(StrEnum):
    """What the length of a turn is counted in."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"  # from the anchor each time: the 31st is clamped, and comes back
    RRULE = "rrule"  # a turn begins at each instance of an RFC 5545 rule


class Turns(StrEnum):
    """Which turns the people of a rotation take."""

    CALENDAR = "calendar"  # every turn counts, also one in which the layer's windows leave nothing
    WORKED = "worked"  # a turn in which nobody is on call is nobody's turn


class Holidays(StrEnum):
    """Whether a layer is there on the schedule's holidays."""

    ALIKE = "alike"  # as on every other day
    ONLY = "only"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """People taking turns. The first hand-off is a wall clock without a zone: the grid's anchor."""

    slots: tuple[Slot, ...]  # in order; the first one has the turn that begins at the anchor
    first_hand_off: date
    hand_off_at: time  # the wall clock of every hand-off
    frequency: Frequency = Frequency.WEEKLY
    every: int = 1  # 1 to 9000 hours, days, weeks or months
    rrule: str | None = None  # FREQ=WEEKLY;BYDAY=MO,TH; only with that frequency
    turns: Turns = Turns.CALENDAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Part of the week in which a layer counts. Windows that touch are one."""

    weekdays: tuple[int, ...]  # on which it starts: 1 is Monday, 7 is Sunday
    starts: time
    ends: time  # exclusive; not after `starts`: on the next day, so the same means 24 hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One rotation in a schedule. Of several at once the highest priority is on call, ties all."""

    layer_id: str  # its name for programs, within the schedule
    name: str
    rotation: Rotation
    priority: int = 0  # 0 to 9
    windows: tuple[Window, ...] = ()  # none: always
    holidays: Holidays = Holidays.ALIKE
    zone: str | None = None  # None: the schedule's
    shadow: bool = False  # learns beside those on call: shown and never paged
    begins_at: datetime | None = None  # nobody before; None: from the anchor on
    ends_at: datetime | None = None  # exclusive; None: goes on
