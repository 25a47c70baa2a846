"""Reminders of an action item: some days before its due date, on it, and again and again after it.

What is late is told of by the newest reminder only. A reminder whose day had come when people said
the due date is left out: they know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from events.action_item.commands import RemindOfActionItem
from events.action_item.events import (
    ActionItemEscalated,
    ActionItemEvent,
    ActionItemOverdue,
    ActionItemReminded,
)
from events.action_item.item import Reminder, ReminderDays
from events.action_item.state import OpenedItem

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One reminder of a due date, and the day from which on it is due."""

    reminder: Reminder
    weeks: int
    on: date


def step_at(due_on: date, today: date, days: ReminderDays) -> Step | None:
    """Return the newest reminder that is due on a day; None: it is too early for any."""
    between = timedelta(days=days.between)
    number = (today - due_on) // between
    before = due_on - timedelta(days=days.before)
    if number >= 1:
        return Step(reminder=Reminder.LATE, weeks=number, on=due_on + number * between)
    if today >= due_on:
        return Step(reminder=Reminder.DUE, weeks=0, on=due_on)
    if today >= before:
        return Step(reminder=Reminder.SOON, weeks=0, on=before)
    return None


def remind(command: RemindOfActionItem, opened: OpenedItem) -> list[ActionItemEvent]:
    """Say what the day brings: a reminder, that it is overdue, that others are to hear of it."""
    return [*_told(command, opened)] if opened.is_open else []


def _told(command: RemindOfActionItem, opened: OpenedItem) -> Iterator[ActionItemEvent]:
    today, at, due_on = command.today, command.at, opened.due_on
    item_id, incident_id = opened.action_item_id, opened.incident_id
    if today > due_on and opened.overdue_on != due_on:
        yield ActionItemOverdue(
            action_item_id=item_id, incident_id=incident_id, due_on=due_on, overdue_at=at
        )
    step = step_at(due_on, today, command.days)
    named_on = opened.dated_at.date()
    is_new = step is not None and step.on > named_on and not _is_given(opened, step)
    if step is not None and is_new:
        yield ActionItemReminded(
            action_item_id=item_id,
            incident_id=incident_id,
            due_on=due_on,
            reminder=step.reminder,
            weeks=step.weeks,
            reminded_at=at,
        )
    day = escalates_on(opened, command.days)
    if day is not None and today >= day and (day > named_on or is_new):
        yield ActionItemEscalated(
            action_item_id=item_id, incident_id=incident_id, due_on=due_on, escalated_at=at
        )


def escalates_on(opened: OpenedItem, days: ReminderDays) -> date | None:
    """Return the day from which on others are to hear that it is late; None: they have."""
    if opened.escalated_on == opened.due_on:
        return None
    return opened.due_on + max(timedelta(days=days.escalates_after), DAY)


def _is_given(opened: OpenedItem, step: Step) -> bool:
    last = opened.reminded
    return last is not None and (last.reminder, last.weeks) == (step.reminder, step.weeks)


def next_day(opened: OpenedItem, today: date, days: ReminderDays) -> date | None:
    """Return the next day on which something is due; None: it is over."""
    if not opened.is_open:
        return None
    due_on, after = opened.due_on, max(today, opened.dated_at.date())
    between = timedelta(days=days.between)
    before = due_on - timedelta(days=days.before)
    ahead = [before, due_on, due_on + (max(0, (after - due_on) // between) + 1) * between]
    if opened.overdue_on != due_on:
        ahead.append(max(due_on, today) + DAY)
    others = escalates_on(opened, days)
    return min(day for day in [*ahead, *([] if others is None else [others])] if day > today)
