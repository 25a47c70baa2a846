"""Learning policy values; the defaults are what the practice and its sources ask for."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from events.action_item.item import Priority
from events.ids import LearningPolicyId
from events.learning_policy.taxonomy import CATEGORIES, CauseCategory
from events.learning_policy.thresholds import PracticeThresholds
from events.values.severity import Severity

EVERYBODY: Final = LearningPolicyId("default")  # of each service that has none of its own


class TargetMeasure(StrEnum):
    """What a target is set for; the means of the report, by the names of the metrics."""

    TTD = "ttd"  # to detect
    TTA = "tta"  # to acknowledge
    TTM = "ttm"  # to mitigate
    TTR = "ttr"  # to resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemDemand:
    """What one severity asks of a postmortem."""

    severity: Severity
    by_itself: bool = False  # it begins with the resolution; else somebody begins it
    days: int  # after the last resolution
    business_days: bool = True  # in the calendar of the incident's policy; else of the calendar
    approvals: int = 0
    outside_approvals: int = 0  # of these: by somebody who was no responder


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDemand:
    """By when an action item of this severity and priority is due."""

    severity: Severity
    priority: Priority
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a mean has to stay below; without a severity it is that of all incidents together."""

    measure: TargetMeasure
    minutes: int
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Which hints for blameless language are given."""

    language: str = "en"
    rules_left_out: tuple[str, ...] = ()  # by the names of the rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """When people are reminded of what is due."""

    postmortem_days_before: int = 1
    postmortem_business_days_between: int = 2  # once it is late
    postmortem_escalates_after: int = 3  # reminders that it is late
    item_days_before: int = 3
    item_days_between: int = 7  # once it is late
    item_escalates_after_days: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPolicy:
    """What is learned from incidents, by when, and who looks at it."""

    postmortems: tuple[PostmortemDemand, ...]  # one for each severity
    items: tuple[ItemDemand, ...]
    items_else_days: int
    causes: tuple[CauseCategory, ...]
    targets: tuple[Target, ...]
    thresholds: PracticeThresholds
    language: Language = Language()
    reminding: Reminding = Reminding()
    not_done_labels: tuple[str, ...] = ()  # an issue closed with one of these was not done

    def postmortem(self, severity: Severity | None) -> PostmortemDemand:
        """Return what a severity asks for; what nobody has judged is taken for a SEV3."""
        return next(one for one in self.postmortems if one.severity is (severity or Severity.SEV3))

    def item_due(self, opened_on: date, severity: Severity | None, priority: Priority) -> date:
        """Return by when an action item is due if nobody says otherwise."""
        asked = (one for one in self.items if (one.severity, one.priority) == (severity, priority))
        demand = next(asked, None)
        return opened_on + timedelta(days=demand.days if demand else self.items_else_days)

    def target(self, measure: str, severity: Severity | None = None) -> Target | None:
        """Return the target of a measure: of one severity, or of all incidents together."""
        asked = (measure, severity)
        return next((one for one in self.targets if (one.measure, one.severity) == asked), None)

    def cause(self, category: str) -> CauseCategory | None:
        """Return a category that new factors may have; None: there is none, or it is retired."""
        return next((one for one in self.causes if one.category == category), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedLearningPolicy:
    """A version of a learning policy, as a postmortem or a report keeps it."""

    learning_policy_id: str
    number: int  # 0 is the default, which nobody has defined
    policy: LearningPolicy


# Sources: PagerDuty's postmortem guide (3 days, 5 business days; 15 and 30 days), the practice's
# tracking example (the targets).
DEFAULT: Final = LearningPolicy(
    postmortems=(
        PostmortemDemand(
            severity=Severity.SEV1,
            by_itself=True,
            days=3,
            business_days=False,
            approvals=2,
            outside_approvals=1,
        ),
        PostmortemDemand(severity=Severity.SEV2, by_itself=True, days=5, approvals=1),
        PostmortemDemand(severity=Severity.SEV3, days=10),
        PostmortemDemand(severity=Severity.SEV4, days=10),
    ),
    items=(
        ItemDemand(severity=Severity.SEV1, priority=Priority.P1, days=15),
        ItemDemand(severity=Severity.SEV2, priority=Priority.P1, days=30),
    ),
    items_else_days=60,
    causes=CATEGORIES,
    targets=(
        Target(measure=TargetMeasure.TTD, minutes=5),
        Target(measure=TargetMeasure.TTA, minutes=15),
        Target(measure=TargetMeasure.TTR, minutes=60),
    ),
    thresholds=PracticeThresholds(),
)
