"""Notification rules: over which contact methods a person is paged, after how long, how often."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from events.errors import Unprocessable
from events.on_call.zones import UnknownZone, instant, wall_clock, zone

MOST_MESSAGES: Final = 12  # to one person, of one page's level
LATEST: Final = timedelta(hours=4)
LONGEST_QUIET: Final = timedelta(hours=16)
APART: Final = timedelta(seconds=60)  # at least, over one contact method
DAY: Final = timedelta(days=1)
AT_ONCE: Final = timedelta(0)


class NotificationRuleImpossible(Unprocessable):
    """Nobody can be paged by these notification rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRule:
    """One contact method, and when messages go over it while nobody has answered."""

    contact_method: int  # which of the person's; the first one is 1
    after: timedelta = AT_ONCE  # the person's turn began
    repeats: int = 0
    every: timedelta = timedelta(minutes=5)  # from one repeat to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRules:
    """A person's rules for each urgency. Without any, every contact method is used at once."""

    high: tuple[NotificationRule, ...] = ()
    low: tuple[NotificationRule, ...] = ()  # none: the quiet contact methods at once


EVERY_WAY_AT_ONCE: Final = NotificationRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When a person is to be left in peace by low urgency, each day, by the clock of their zone."""

    begins: time
    ends: time  # exclusive; not after `begins`: on the next day
    zone: str

    def end_at(self, at: datetime) -> datetime | None:
        """Return when the quiet hours end that this moment lies in, None if it lies in none."""
        where = zone(self.zone)
        today = wall_clock(at, where).date()
        for day in (today - DAY, today):
            begins = instant(day, self.begins, where)
            ends = instant(day if self.ends > self.begins else day + DAY, self.ends, where)
            if begins <= at < ends:
                return ends
        return None

    @property
    def length(self) -> timedelta:
        """Return how long they are by the clock."""
        begins, ends = (
            timedelta(hours=wall.hour, minutes=wall.minute) for wall in (self.begins, self.ends)
        )
        return (ends - begins) % DAY or DAY


def require_possible(rules: NotificationRules, methods: int, quiet: QuietHours | None) -> None:
    """Return if a person with so many contact methods can be paged by these rules.

    Raises: NotificationRuleImpossible.
    """
    _require_rules("high", rules.high, methods)
    _require_rules("low", rules.low, methods)
    if quiet is None:
        return
    try:
        zone(quiet.zone)
    except UnknownZone as unknown:
        raise NotificationRuleImpossible(unknown.detail, field="quiet_hours.zone") from None
    if quiet.length > LONGEST_QUIET:
        hours = LONGEST_QUIET // timedelta(hours=1)
        raise NotificationRuleImpossible(
            f"Quiet hours from {quiet.begins:%H:%M} to {quiet.ends:%H:%M} are longer than {hours} "
            "hours: leave some of the day for pages of low urgency.",
            field="quiet_hours",
        )


def _require_rules(urgency: str, rules: tuple[NotificationRule, ...], methods: int) -> None:
    field = f"notification_rules.{urgency}"
    for number, rule in enumerate(rules, 1):
        wrong = _wrong_with(rule, methods)
        if wrong:
            raise NotificationRuleImpossible(
                f"Rule {number} for {urgency} urgency {wrong}", field=f"{field}.{number - 1}"
            )
    if rules and all(rule.after > AT_ONCE for rule in rules):
        raise NotificationRuleImpossible(
            f"The rules for {urgency} urgency let everybody wait: one of them has to be at once, "
            "after 0 seconds.",
            field=field,
        )
    messages = sum(1 + rule.repeats for rule in rules)
    if messages > MOST_MESSAGES:
        raise NotificationRuleImpossible(
            f"The rules for {urgency} urgency make {messages} messages: at most {MOST_MESSAGES} "
            "are sent, so let some repeat less often.",
            field=field,
        )


def _wrong_with(rule: NotificationRule, methods: int) -> str | None:
    if not 1 <= rule.contact_method <= methods:
        return f"names contact method {rule.contact_method}: there are {methods}, from 1 on."
    if not AT_ONCE <= rule.after <= LATEST:
        return f"is after {rule.after}: choose at most {LATEST // timedelta(hours=1)} hours."
    if rule.repeats < 0:
        return f"repeats {rule.repeats} times: write 0 or more."
    if rule.repeats and rule.every < APART:
        return f"repeats every {rule.every}: leave at least a minute between two messages."
    if rule.after + rule.repeats * rule.every > LATEST:
        return "goes on for longer than 4 hours: let it repeat less often."
    return None
