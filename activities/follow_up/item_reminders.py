"""Item reminders: what is due of the action items of an incident, by their own rules."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from activities.follow_up.due import LOOK_AGAIN, Due, DueReminder, stored
from activities.follow_up.matter import Matter
from activities.follow_up.people import Concerned, HoursOf, zone_of
from events.action_item.commands import RemindOfActionItem
from events.action_item.decide import AGGREGATE, action_item_decider
from events.action_item.item import ReminderDays
from events.action_item.reminding import next_day
from events.action_item.state import Known, OpenedItem
from events.follow_up.reminders import Reminder, ReminderTo
from events.follow_up.work_hours import WorkHours, begin_of, today_of
from events.learning_policy.policy import Reminding
from events.log.store import Log

ESCALATED: Final = "escalated"


async def items_due(
    log: Log, items: Iterable[OpenedItem], matter: Matter, at: datetime, hours_of: HoursOf
) -> Due:
    """Say in the log what the moment brings for action items, and return it.

    Raises: LogFault.
    """
    due, instants = list[DueReminder](), list[datetime]()
    days = days_of(matter.reminding)
    for item in items:
        dates = await _dates_of(log, item, matter, hours_of)
        today = today_of(dates, at)
        now = await _item_after(log, item, RemindOfActionItem(today=today, days=days, at=at))
        concerned = Concerned(owner=now.item.owner)
        due += [DueReminder(reminder=one, concerned=concerned) for one in reminders_of(now)]
        day = next_day(now, today, days)
        if day is not None:
            instants.append(min(begin_of(dates, day), at + LOOK_AGAIN))
    return Due(reminders=tuple(due), instants=tuple(instants))


async def _dates_of(log: Log, item: OpenedItem, matter: Matter, hours_of: HoursOf) -> WorkHours:
    """Return by whose clock the days of an item begin and end.

    When in their day people hear of it, their own work hours decide.
    """
    owner = item.item.owner
    zone = await zone_of(log, owner, matter)
    return await hours_of(log, owner.person) if zone is None else WorkHours(zone=zone)


def days_of(reminding: Reminding) -> ReminderDays:
    """Return what the learning policy says of action items."""
    return ReminderDays(
        before=reminding.item_days_before,
        between=reminding.item_days_between,
        escalates_after=reminding.item_escalates_after_days,
    )


async def _item_after(log: Log, item: OpenedItem, command: RemindOfActionItem) -> OpenedItem:
    """Store what the day brings, and return the item after it."""
    if not action_item_decider.decide(command, Known(opened=item)):
        return item
    key = (item.action_item_id, f"reminded:{item.due_on}:{command.today}")
    stream = AGGREGATE.stream(item.action_item_id)
    known = await stored(log, action_item_decider, stream, command, key)
    return known.opened or item


def reminders_of(item: OpenedItem) -> Iterator[Reminder]:
    """Yield the reminders that stand for what the log says of an item that is open."""
    if not item.is_open:
        return
    stream, due_on = AGGREGATE.stream(item.action_item_id), item.due_on
    if item.reminded is not None:
        step, weeks = item.reminded.reminder, item.reminded.weeks
        yield Reminder(stream=stream, to=ReminderTo.OWNER, due_on=due_on, step=step, weeks=weeks)
    if item.escalated_on == due_on:
        yield Reminder(stream=stream, to=ReminderTo.OTHERS, due_on=due_on, step=ESCALATED)
