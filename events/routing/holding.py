"""Holding alerts back: why an alert that fires opens no incident yet, and until when.

Whatever holds alerts back asks for it here: a rule that suppresses, one that waits, planned work.
It is asked anew at every message, and when the time is up: nothing is decided for good.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HoldReason(StrEnum):
    """Why an alert is held back."""

    SUPPRESSED = "suppressed"  # a routing rule says so, until one of its messages is decided anew


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldAsked:
    """What asks for an alert to be held back."""

    reason: HoldReason
    by: str  # as people call it: the rule's name
    owner: str  # the list that the rule is in


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """An alert is held back: why, by whose word, and until when."""

    reason: HoldReason
    by: str
    owner: str
    since: datetime  # when it was first held back in this occurrence
    until: datetime | None = None  # when it is decided anew; None: by its next message only


def hold_of(asked: Iterable[HoldAsked], *, since: datetime) -> Hold | None:
    """Return why an alert is held back now; None: nothing keeps it from its incident.

    The first that asks counts.
    """
    for one in asked:
        return Hold(reason=one.reason, by=one.by, owner=one.owner, since=since)
    return None
