"""Holding alerts back: why an alert that fires opens no incident yet, and until when.

Whatever holds alerts back asks for it here: a rule that suppresses, one that waits, planned work.
It is asked anew at every message, and when the time is up: nothing is decided for good.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.response_policy.calendar import BusinessCalendar, opening


class HoldReason(StrEnum):
    """Why an alert is held back."""

    SUPPRESSED = "suppressed"  # a routing rule says so, until one of its messages is decided anew
    PAUSE = "pause"  # it has to fire for so long first
    BUSINESS_HOURS = "business_hours"  # nobody has to get up for it
    MAINTENANCE = "maintenance"  # a maintenance window runs, until none does that fits


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldAsked:
    """What asks for an alert to be held back."""

    reason: HoldReason
    by: str  # as people call it: the rule's name, or the window's
    owner: str  # the list that the rule is in, or the window
    pause: timedelta = timedelta(0)
    calendar: BusinessCalendar | None = None  # the service's; None: nobody knows of any

    def until(self, since: datetime, at: datetime) -> datetime | None:
        """Return when what it asks for is over; None: it is not a matter of time."""
        match self.reason:
            case HoldReason.PAUSE:
                return since + self.pause
            case HoldReason.BUSINESS_HOURS:
                # A calendar that never opens is no reason never to page.
                return (opening(self.calendar, at) or at) if self.calendar else at
            case _:
                return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """An alert is held back: why, by whose word, and until when."""

    reason: HoldReason
    by: str
    owner: str
    since: datetime  # when it was first held back in this occurrence
    until: datetime | None = None  # when it is decided anew; None: by its next message only


def hold_of(asked: Iterable[HoldAsked], *, since: datetime, at: datetime) -> Hold | None:
    """Return why an alert is held back at this time; None: nothing keeps it from its incident.

    Of several, the one that holds it longest. `since` is when it was first heard of.
    """
    longest: Hold | None = None
    for one in asked:
        until = one.until(since, at)
        if until is not None and until <= at:
            continue
        hold = Hold(reason=one.reason, by=one.by, owner=one.owner, since=since, until=until)
        if until is None:
            return hold
        if longest is None or longest.until is None or until > longest.until:
            longest = hold
    return longest
