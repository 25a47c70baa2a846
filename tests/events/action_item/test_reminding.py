"""Reminders of an action item: three days before, when it is due, then weekly; others after one."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given as any_of
from hypothesis import strategies as st

from events.action_item.commands import RemindOfActionItem
from events.action_item.decide import action_item_decider as rules
from events.action_item.events import (
    ActionItemDueMoved,
    ActionItemEscalated,
    ActionItemEvent,
    ActionItemOverdue,
    ActionItemReminded,
)
from events.action_item.item import USUAL_REMINDERS, Reminder, ReminderDays
from events.action_item.reminding import next_day
from events.action_item.state import Known
from tests.events.action_item.test_action_item import (
    DUE,
    INC_7,
    ITEM_ID,
    completed,
    opened,
    reopened,
)
from tests.given import given

DAY = timedelta(days=1)


def on(day: date) -> RemindOfActionItem:
    return RemindOfActionItem(today=day, at=datetime.combine(day, time(9), UTC))


def reminded(
    day: date, reminder: Reminder, weeks: int = 0, due_on: date = DUE
) -> ActionItemReminded:
    return ActionItemReminded(
        action_item_id=ITEM_ID,
        incident_id=INC_7,
        due_on=due_on,
        reminder=reminder,
        weeks=weeks,
        reminded_at=on(day).at,
    )


def overdue(day: date, due_on: date = DUE) -> ActionItemOverdue:
    return ActionItemOverdue(
        action_item_id=ITEM_ID, incident_id=INC_7, due_on=due_on, overdue_at=on(day).at
    )


def escalated(day: date) -> ActionItemEscalated:
    return ActionItemEscalated(
        action_item_id=ITEM_ID, incident_id=INC_7, due_on=DUE, escalated_at=on(day).at
    )


def told_day_by_day(first: date, days: int, *events: ActionItemEvent) -> list[ActionItemEvent]:
    """Look once a day, and return everything that was said."""
    known, said = rules.fold(events), list[ActionItemEvent]()
    for number in range(days):
        new = rules.decide(on(first + number * DAY), known)
        known, said = rules.fold(new, known), [*said, *new]
    return said


def test_nobody_is_reminded_four_days_before() -> None:
    given(opened).when(on(DUE - 4 * DAY)).then_nothing()


def test_the_owner_is_reminded_three_days_before_and_once() -> None:
    soon = reminded(DUE - 3 * DAY, Reminder.SOON)
    given(opened).when(on(DUE - 3 * DAY)).then(soon)
    given(opened, soon).when(on(DUE - 2 * DAY)).then_nothing()


def test_on_its_day_an_item_is_due_and_not_late() -> None:
    given(opened).when(on(DUE)).then(reminded(DUE, Reminder.DUE))


def test_it_is_overdue_when_its_day_is_over_and_that_is_said_once_a_due_date() -> None:
    late, after = DUE + DAY, DUE + 2 * DAY
    given(opened, reminded(DUE, Reminder.DUE)).when(on(late)).then(overdue(late))
    given(opened, reminded(DUE, Reminder.DUE), overdue(late)).when(on(after)).then_nothing()


def test_after_a_week_commander_and_managers_hear_of_it_and_only_then() -> None:
    told = told_day_by_day(DUE - 5 * DAY, 30, opened)
    week = DUE + 7 * DAY
    assert told == [
        reminded(DUE - 3 * DAY, Reminder.SOON),
        reminded(DUE, Reminder.DUE),
        overdue(DUE + DAY),
        reminded(week, Reminder.LATE, 1),
        escalated(week),
        reminded(week + 7 * DAY, Reminder.LATE, 2),
        reminded(week + 14 * DAY, Reminder.LATE, 3),
    ]


def test_after_three_weeks_without_a_look_one_reminder_is_given_and_not_five() -> None:
    day = DUE + 22 * DAY
    given(opened).when(on(day)).then(overdue(day), reminded(day, Reminder.LATE, 3), escalated(day))


def test_when_and_how_often_is_data() -> None:
    days = ReminderDays(before=1, between=14, escalates_after=3)
    known, said = rules.fold([opened]), list[tuple[date, str]]()
    for number in range(-4, 30):
        day = DUE + number * DAY
        new = rules.decide(replace(on(day), days=days), known)
        known = rules.fold(new, known)
        said += [(day, one.type) for one in new]
    assert said == [
        (DUE - DAY, "action_item.reminded"),
        (DUE, "action_item.reminded"),
        (DUE + DAY, "action_item.overdue"),
        (DUE + 3 * DAY, "action_item.escalated"),
        (DUE + 14 * DAY, "action_item.reminded"),
        (DUE + 28 * DAY, "action_item.reminded"),
    ]
    assert known.opened is not None
    assert next_day(known.opened, DUE + 28 * DAY, days) == DUE + 42 * DAY


def test_nobody_is_reminded_of_what_is_done_and_its_lateness_is_not_said() -> None:
    given(opened, completed).when(on(DUE + 9 * DAY)).then_nothing()


def test_a_moved_due_date_begins_again() -> None:
    to = DUE + 10 * DAY
    moved = ActionItemDueMoved(
        action_item_id=ITEM_ID,
        incident_id=INC_7,
        due_on=to,
        reason="The vendor is late",
        moved_by="responder:ana",
        moved_at=on(DUE).at,
    )
    told = (opened, reminded(DUE, Reminder.DUE), moved)
    given(*told).when(on(DUE + DAY)).then_nothing()
    given(*told).when(on(to - 3 * DAY)).then(reminded(to - 3 * DAY, Reminder.SOON, due_on=to))


def test_whoever_has_just_named_the_date_is_not_reminded_of_it_the_same_day() -> None:
    tomorrow = replace(opened, due_on=opened.opened_at.date() + DAY)
    given(tomorrow).when(on(opened.opened_at.date())).then_nothing()


def test_an_item_that_is_reopened_long_after_its_date_is_told_of_when_the_next_week_is_over() -> (
    None
):
    again = replace(reopened, reopened_at=on(DUE + 10 * DAY).at)
    told = told_day_by_day(DUE + 10 * DAY, 5, opened, completed, again)
    fourteen = DUE + 14 * DAY
    assert told == [
        overdue(DUE + 10 * DAY),
        reminded(fourteen, Reminder.LATE, 2),
        escalated(fourteen),
    ]


@any_of(st.lists(st.integers(0, 40), max_size=40).map(sorted))
def test_however_often_somebody_looks_each_reminder_is_given_once(looks: list[int]) -> None:
    known, said = rules.fold([opened]), list[ActionItemEvent]()
    for look in looks:
        new = rules.decide(on(DUE - 5 * DAY + look * DAY), known)
        known, said = rules.fold(new, known), [*said, *new]
    names = [(type(one), getattr(one, "reminder", None), getattr(one, "weeks", 0)) for one in said]
    assert len(names) == len(set(names))


@any_of(st.integers(-10, 60))
def test_between_a_look_and_the_next_day_named_nothing_becomes_due(offset: int) -> None:
    today = DUE + offset * DAY
    known = rules.fold(rules.decide(on(today), rules.fold([opened])), rules.fold([opened]))
    assert known.opened is not None
    wakes = next_day(known.opened, today, USUAL_REMINDERS)
    assert wakes is not None
    between = [today + n * DAY for n in range(1, (wakes - today).days)]
    assert not [day for day in between if rules.decide(on(day), known)]


def test_nothing_is_waited_for_once_it_is_over() -> None:
    known: Known = rules.fold([opened, completed])
    assert known.opened is not None
    assert next_day(known.opened, DUE, USUAL_REMINDERS) is None
