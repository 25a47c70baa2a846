"""Postmortem terms: what a severity asks of a postmortem, and which causes it may name.

They are captured when a postmortem begins: who defines others changes no document that is there.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from events.learning_policy.policy import DEFAULT, LearningPolicy
from events.values.severity import Severity


class PostmortemReminder(StrEnum):
    """Why the author of a postmortem is reminded of it."""

    HALF_TIME = "half_time"
    SOON = "soon"  # a day before
    DUE = "due"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What one severity asks of a postmortem."""

    severity: Severity
    by_itself: bool = False  # it begins with the resolution; else somebody begins it
    days: int  # after the last resolution
    business_days: bool = True  # in the calendar of the incident's policy; else of the calendar
    approvals: int = 0
    outside_approvals: int = 0  # of these: by somebody who was no responder


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a postmortem is held to."""

    demands: tuple[Demand, ...]
    categories: tuple[str, ...]  # of causes

    def of(self, severity: Severity | None) -> Demand:
        """Return what a severity asks; what nobody judged is asked for nothing but a date."""
        least = Demand(severity=severity or Severity.SEV4, days=10)
        return next((one for one in self.demands if one.severity is severity), least)


def terms_of(policy: LearningPolicy) -> Terms:
    """Return what a learning policy asks of the postmortems that begin under it."""
    return Terms(
        demands=tuple(
            Demand(
                severity=one.severity,
                by_itself=one.by_itself,
                days=one.days,
                business_days=one.business_days,
                approvals=one.approvals,
                outside_approvals=one.outside_approvals,
            )
            for one in policy.postmortems
        ),
        categories=tuple(one.category for one in policy.causes),
    )


DEFAULT_TERMS: Final = terms_of(DEFAULT)
