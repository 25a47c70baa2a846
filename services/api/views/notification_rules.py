"""Notification rules, quiet and personal hours as bodies and answers have them: one for both."""

from datetime import time, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from events.configuration.notification_rules import (
    LATEST,
    MOST_MESSAGES,
    NotificationRule,
    NotificationRules,
    QuietHours,
)
from events.configuration.personal_hours import WORKING_WEEK, PersonalHours
from services.api.http.formats import Strict
from services.api.views.response_policies import WallTime

FIVE_MINUTES = 300
MOST_SECONDS = int(LATEST.total_seconds())


class NotificationRuleBody(Strict):
    """One contact method, and when messages go over it while nobody has answered."""

    contact_method: Annotated[
        int, Field(ge=1, le=10, description="Which of the person's; the first one is 1.")
    ]
    after_seconds: Annotated[
        int, Field(ge=0, le=MOST_SECONDS, description="Since their level was reached.")
    ] = 0
    repeats: Annotated[
        int, Field(ge=0, le=MOST_MESSAGES - 1, description="More times after the first one.")
    ] = 0
    every_seconds: Annotated[
        int, Field(ge=60, le=MOST_SECONDS, description="From one repeat to the next.")
    ] = FIVE_MINUTES

    @classmethod
    def of(cls, rule: NotificationRule) -> "NotificationRuleBody":
        """Return the rule as an answer shows it."""
        return cls(
            contact_method=rule.contact_method,
            after_seconds=int(rule.after.total_seconds()),
            repeats=rule.repeats,
            every_seconds=int(rule.every.total_seconds()),
        )

    def rule(self) -> NotificationRule:
        """Return the rule that the body says."""
        return NotificationRule(
            contact_method=self.contact_method,
            after=timedelta(seconds=self.after_seconds),
            repeats=self.repeats,
            every=timedelta(seconds=self.every_seconds),
        )


type Several = Annotated[
    tuple[NotificationRuleBody, ...], Field(strict=False, max_length=MOST_MESSAGES)
]


class NotificationRulesBody(Strict):
    """Notification rules for each urgency; SEV1, SEV2 and an unknown severity are high."""

    high: Annotated[Several, Field(description="None: every contact method at once.")] = ()
    low: Annotated[
        Several, Field(description="None: at once, over those contact methods that wake nobody.")
    ] = ()

    @classmethod
    def of(cls, rules: NotificationRules) -> "NotificationRulesBody":
        """Return the rules as an answer shows them."""
        return cls(
            high=tuple(map(NotificationRuleBody.of, rules.high)),
            low=tuple(map(NotificationRuleBody.of, rules.low)),
        )

    def rules(self) -> NotificationRules:
        """Return the rules that the body says."""
        return NotificationRules(
            high=tuple(one.rule() for one in self.high), low=tuple(one.rule() for one in self.low)
        )


class QuietHoursBody(Strict):
    """When pages of low urgency wait, each day, by a wall clock; high urgency never waits."""

    begins: WallTime
    ends: Annotated[WallTime, Field(description="Before `begins`: they end on the next day.")]
    zone: Annotated[str, Field(max_length=64, description="IANA name: Europe/Berlin.")]

    @classmethod
    def of(cls, quiet: QuietHours) -> "QuietHoursBody":
        """Return the quiet hours as an answer shows them."""
        return cls(begins=quiet.begins, ends=quiet.ends, zone=quiet.zone)

    def quiet_hours(self) -> QuietHours:
        """Return the quiet hours that the body says."""
        return QuietHours(begins=self.begins, ends=self.ends, zone=self.zone)


def _rules(value: Any) -> Any:
    return NotificationRulesBody.of(value) if isinstance(value, NotificationRules) else value


def _quiet(value: Any) -> Any:
    return QuietHoursBody.of(value) if isinstance(value, QuietHours) else value


type RulesView = Annotated[NotificationRulesBody, BeforeValidator(_rules)]
type QuietView = Annotated[QuietHoursBody | None, BeforeValidator(_quiet)]


class PersonalHoursBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "zone": "Europe/Berlin",
                "work_days": [1, 2, 3, 4, 5],
                "work_begins": "08:00:00",
                "work_ends": "18:00:00",
                "sleep_begins": "22:00:00",
                "sleep_ends": "08:00:00",
            }
        ]
    },
):
    """When a person works and sleeps, by the clock of their zone; what is neither is off.

    Hours that end before they begin end on the next day.
    """

    zone: Annotated[str, Field(max_length=64, description="IANA name: Europe/Berlin.")]
    work_days: Annotated[
        tuple[Annotated[int, Field(ge=1, le=7)], ...],
        Field(strict=False, max_length=7, description="1 is Monday, 7 is Sunday."),
    ] = WORKING_WEEK
    work_begins: WallTime = time(8)
    work_ends: WallTime = time(18)
    sleep_begins: WallTime = time(22)
    sleep_ends: WallTime = time(8)

    @classmethod
    def of(cls, hours: PersonalHours) -> "PersonalHoursBody":
        """Return the hours as an answer shows them."""
        return cls(**{name: getattr(hours, name) for name in cls.model_fields})

    def hours(self) -> PersonalHours:
        """Return the hours that the body says."""
        return PersonalHours(**dict(self))


def _hours(value: Any) -> Any:
    return PersonalHoursBody.of(value) if isinstance(value, PersonalHours) else value


type HoursView = Annotated[
    PersonalHoursBody | None,
    BeforeValidator(_hours),
    Field(description="When they work and sleep. Null: nobody has said, so UTC is taken."),
]
