"""Notification cycle: the messages of a page to one person, from when their turn begins."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from events.configuration.notification_rules import (
    APART,
    NotificationRule,
    NotificationRules,
    QuietHours,
)
from events.on_call.zones import UnknownZone
from events.page.urgency import PageUrgency

# Over these a message of low urgency would be as loud as one of high urgency.
LOUD: Final = frozenset({"sms", "voice"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One person's turn on a page: who is paged how urgently, since when."""

    channels: Sequence[str | None]  # of each contact method; None: pages do not go over it
    rules: NotificationRules
    quiet_hours: QuietHours | None
    urgency: PageUrgency
    at: datetime
    running: bool = False  # messages of an earlier turn on the same page are still to come


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMessage:
    """One message of a cycle."""

    contact_method: int  # which of the person's; the first one is 0
    not_before: datetime | None  # None: at once
    repeat: int  # over this contact method


def cycle(turn: Turn) -> tuple[PlannedMessage, ...]:
    """Return the messages of a person's turn, by time.

    Where a contact method is used by several rules, no two messages follow each other within a
    minute. An earlier turn that still runs is not begun again: then only the first messages go out.
    """
    times = sorted(_times(turn))
    if turn.running:
        times = [one for one in times if one[0] == times[0][0]]
    return tuple(_apart(times, turn.at))


def _times(turn: Turn) -> Iterator[tuple[datetime, int]]:
    """Yield when which contact method is to be used; the soonest rule is at once."""
    rules = _usable(turn)
    soonest = min((rule.after for rule in rules), default=timedelta(0))
    for rule in rules:
        for number in range(rule.repeats + 1):
            time = turn.at + rule.after - soonest + number * rule.every
            yield _undisturbed(time, turn), rule.contact_method - 1


def _undisturbed(time: datetime, turn: Turn) -> datetime:
    """Return when a message may go out: high urgency, and whose zone is gone, do not wait."""
    if turn.quiet_hours is None or turn.urgency is not PageUrgency.LOW:
        return time
    try:
        return turn.quiet_hours.end_at(time) or time
    except UnknownZone:
        return time


def _usable(turn: Turn) -> Sequence[NotificationRule]:
    """Return the rules that can be followed; where there is none, what is right without any."""
    open_ = [number for number, channel in enumerate(turn.channels, 1) if channel is not None]
    mine = turn.rules.high if turn.urgency is PageUrgency.HIGH else turn.rules.low
    rules = [rule for rule in mine if rule.contact_method in open_]
    if rules:
        return rules
    quiet = [number for number in open_ if turn.channels[number - 1] not in LOUD]
    chosen = quiet if quiet and turn.urgency is PageUrgency.LOW else open_
    return [NotificationRule(contact_method=number) for number in chosen]


def _apart(times: Iterable[tuple[datetime, int]], at: datetime) -> Iterator[PlannedMessage]:
    last: dict[int, PlannedMessage] = {}  # by contact method
    for time, method in times:
        before = last.get(method)
        if before is not None and time < (before.not_before or at) + APART:
            continue
        last[method] = PlannedMessage(
            contact_method=method,
            not_before=time if time > at else None,
            repeat=before.repeat + 1 if before else 0,
        )
        yield last[method]
