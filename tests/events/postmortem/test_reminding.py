"""Reminders of a postmortem: half time, a day before, due, and every second business day after."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from events.follow_up.work_hours import USUAL, WorkHours
from events.learning_policy.policy import Reminding
from events.postmortem.commands import RemindOfPostmortem, WaivePostmortem
from events.postmortem.decide import postmortem_decider as rules
from events.postmortem.document.terms import DEFAULT_TERMS, PostmortemReminder
from events.postmortem.due import Deadline, due_at
from events.postmortem.events import PostmortemEvent, PostmortemOverdue, PostmortemReminded
from events.postmortem.meeting.agenda import DEFAULT_AGENDA
from events.postmortem.meeting.state import Meeting
from events.postmortem.reminding import is_ahead, next_moment_of, reading_at, step_at
from events.postmortem.state import Postmortem
from events.response_policy.calendar import BusinessCalendar
from events.values.severity import Severity
from tests.events.postmortem.story import ANA, after, by, given, started

HALF, SOON, DUE, LATE = PostmortemReminder
BERLIN = BusinessCalendar(
    zone="Europe/Berlin",
    weekdays=(1, 2, 3, 4, 5),
    opens=time(9),
    closes=time(17),
    holidays=(date(2026, 12, 25),),
)
BERLINER = WorkHours(zone="Europe/Berlin")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def deadline(
    resolved: datetime,
    severity: Severity = Severity.SEV2,
    calendar: BusinessCalendar | None = None,
    reminding: Reminding = Reminding(),  # noqa: B008  frozen
) -> Deadline:
    due = due_at(DEFAULT_TERMS.of(severity), resolved, calendar)
    assert due is not None
    return Deadline(resolved_at=resolved, due_at=due, calendar=calendar, reminding=reminding)


def told(
    known: Postmortem, until: Deadline, hours: WorkHours, *, first: datetime, looks: int
) -> list[tuple[datetime, PostmortemEvent]]:
    """Look when the rule says so, and return everything that was said, with its time."""
    said, at = list[tuple[datetime, PostmortemEvent]](), first
    for _ in range(looks):
        new = rules.decide(RemindOfPostmortem(deadline=until, hours=hours, at=at), known)
        known = rules.fold(new, known)
        said += [(at, event) for event in new]
        wakes = next_moment_of(known, until, hours, at)
        assert wakes is not None
        at = wakes
    return said


def names(said: list[tuple[datetime, PostmortemEvent]]) -> list[tuple[str, str]]:
    return [(f"{at:%a %m-%d %H:%M}", name(event)) for at, event in said]


def name(event: PostmortemEvent) -> str:
    if isinstance(event, PostmortemReminded):
        number = f" {event.number}" if event.number else ""
        return f"{event.reminder}{number}{', to others too' if event.escalated else ''}"
    assert isinstance(event, PostmortemOverdue)
    return "overdue"


MONDAY = utc("11-30 14:00")
EARLY = rules.fold([replace(started, started_at=MONDAY)])


def test_a_sev2_is_told_of_at_half_time_a_day_before_when_due_and_every_second_business_day() -> (
    None
):
    said = told(EARLY, deadline(MONDAY), USUAL, first=MONDAY, looks=9)
    assert names(said) == [
        ("Fri 12-04 09:00", "half_time"),  # Friday, two o'clock in the night
        ("Mon 12-07 09:00", "soon"),  # Sunday
        ("Mon 12-07 14:00", "overdue"),
        ("Mon 12-07 14:00", "due"),
        ("Wed 12-09 14:00", "late 1"),
        ("Fri 12-11 14:00", "late 2"),
        ("Tue 12-15 14:00", "late 3"),
        ("Thu 12-17 14:00", "late 4, to others too"),
        ("Mon 12-21 14:00", "late 5, to others too"),
    ]


def test_what_is_due_on_a_sunday_is_told_of_on_the_friday_before() -> None:
    thursday = utc("12-03 18:00")
    known = rules.fold([replace(started, started_at=thursday)])
    said = told(known, deadline(thursday, Severity.SEV1), USUAL, first=thursday, looks=5)
    assert names(said) == [
        ("Fri 12-04 09:00", "soon"),  # and not of half time at the same moment
        ("Sun 12-06 18:00", "overdue"),
        ("Mon 12-07 09:00", "due"),
        ("Wed 12-09 09:00", "late 1"),  # Tuesday, after work
    ]


def test_business_days_leave_out_holidays_and_the_clock_is_that_of_the_calendar() -> None:
    monday = utc("12-14 15:30")
    known = rules.fold([replace(started, started_at=monday)])
    said = told(known, deadline(monday, calendar=BERLIN), BERLINER, first=monday, looks=7)
    assert names(said)[-3:] == [
        ("Wed 12-23 15:30", "late 1"),  # half past four in Berlin
        ("Mon 12-28 15:30", "late 2"),  # Christmas and a weekend between
        ("Wed 12-30 15:30", "late 3"),
    ]


def test_the_author_is_reminded_by_their_own_clock_when_it_is_set_back() -> None:
    thursday = utc("10-22 20:00")
    known = rules.fold([replace(started, started_at=thursday)])
    said = told(known, deadline(thursday, calendar=BERLIN), BERLINER, first=thursday, looks=5)
    assert [one for one, _ in names(said)] == [
        "Mon 10-26 08:30",  # 9:30 in Berlin, where clocks were set back in the night before
        "Thu 10-29 08:00",
        "Thu 10-29 21:00",  # 22:00, as on the day it was resolved
        "Fri 10-30 08:00",
    ]


def test_overdue_is_said_once_a_due_date_and_reopening_makes_another() -> None:
    first, second = deadline(MONDAY), deadline(MONDAY + timedelta(days=30))
    late = RemindOfPostmortem(deadline=first, hours=USUAL, at=first.due_at + timedelta(hours=2))
    facts = given(replace(started, started_at=MONDAY)).when(late).decide()
    assert [name(event) for event in facts] == ["overdue", "due"]  # type: ignore[arg-type]
    given(replace(started, started_at=MONDAY), *facts).when(late).then_nothing()
    again = RemindOfPostmortem(deadline=second, hours=USUAL, at=late.at)
    given(replace(started, started_at=MONDAY), *facts).when(again).then_nothing()
    later = replace(again, at=second.due_at + timedelta(hours=2))
    more = given(replace(started, started_at=MONDAY), *facts).when(later).decide()
    assert [name(event) for event in more] == ["overdue", "due"]  # type: ignore[arg-type]


def test_after_two_weeks_without_a_look_one_is_given_and_others_hear_after_three_that_were() -> (
    None
):
    until = deadline(MONDAY)
    look = RemindOfPostmortem(deadline=until, hours=USUAL, at=utc("12-18 10:00"))
    facts = given(replace(started, started_at=MONDAY)).when(look).decide()
    assert [name(event) for event in facts] == ["overdue", "late 4"]  # type: ignore[arg-type]
    said = told(EARLY, until, USUAL, first=look.at, looks=4)
    assert [one for _, one in names(said)][1:] == [
        "late 4",
        "late 5",
        "late 6",
        "late 7, to others too",
    ]


def test_whoever_begins_one_late_is_not_reminded_of_what_was_before() -> None:
    began = utc("12-10 10:00")
    known = rules.fold([replace(started, started_at=began)])
    said = told(known, deadline(MONDAY), USUAL, first=began, looks=2)
    assert names(said) == [("Thu 12-10 10:00", "overdue"), ("Fri 12-11 14:00", "late 2")]


def test_nobody_is_reminded_of_what_was_waived() -> None:
    known = after(WaivePostmortem(reason="A test of ours", **by("ana")))
    until = deadline(MONDAY)
    look = RemindOfPostmortem(deadline=until, hours=USUAL, at=utc("12-18 10:00"))
    assert rules.decide(look, known) == []
    assert next_moment_of(known, until, USUAL, look.at) is None


def test_when_and_how_often_is_data() -> None:
    often = Reminding(
        postmortem_days_before=3, postmortem_business_days_between=1, postmortem_escalates_after=0
    )
    said = told(EARLY, deadline(MONDAY, reminding=often), USUAL, first=MONDAY, looks=5)
    assert names(said) == [
        ("Fri 12-04 09:00", "half_time"),
        ("Fri 12-04 14:00", "soon"),
        ("Mon 12-07 14:00", "overdue"),
        ("Mon 12-07 14:00", "due"),
        ("Tue 12-08 14:00", "late 1, to others too"),
    ]


ZONES = st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"])
HOURS = st.builds(
    WorkHours,
    zone=ZONES,
    days=st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days))),
)
CALENDARS = st.none() | st.builds(
    BusinessCalendar,
    zone=ZONES,
    weekdays=st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days))),
    opens=st.just(time(9)),
    closes=st.just(time(17)),
    holidays=st.lists(st.dates(date(2026, 1, 1), date(2027, 1, 1)), max_size=20).map(tuple),
)
RESOLVED = st.integers(0, 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
SEVERITIES = st.sampled_from([*Severity])


@any_of(RESOLVED, SEVERITIES, CALENDARS, HOURS)
def test_each_reminder_comes_once_in_order_and_in_the_authors_hours(
    resolved: datetime, severity: Severity, calendar: BusinessCalendar | None, hours: WorkHours
) -> None:
    until = deadline(resolved, severity, calendar)
    known = rules.fold([replace(started, started_at=resolved)])
    said = told(known, until, hours, first=resolved, looks=12)
    reminders = [(at, one) for at, one in said if isinstance(one, PostmortemReminded)]
    order = [([*PostmortemReminder].index(one.reminder), one.number) for _, one in reminders]
    assert order == sorted(set(order))
    for at, one in reminders:
        shown = at.astimezone(ZoneInfo(hours.zone))
        assert shown.isoweekday() in hours.days
        assert time(9) <= shown.time() < time(17)
        assert (at < until.due_at) == (one.reminder in {HALF, SOON})
    overdue = [at for at, one in said if isinstance(one, PostmortemOverdue)]
    assert overdue == ([until.due_at] if overdue else [])


@any_of(
    RESOLVED,
    SEVERITIES,
    HOURS,
    st.lists(st.integers(1, 30), min_size=1, max_size=4),
    st.lists(st.integers(0, 60 * 24 * 90), max_size=40).map(sorted),
)
def test_however_often_it_is_reopened_and_looked_at_each_is_told_once_a_due_date(
    resolved: datetime, severity: Severity, hours: WorkHours, reopened: list[int], looks: list[int]
) -> None:
    ends = [resolved]
    for days in reopened:
        ends.append(ends[-1] + timedelta(days=days))
    known, said = rules.fold([replace(started, started_at=resolved)]), list[PostmortemEvent]()
    for minutes in looks:
        at = resolved + timedelta(minutes=minutes)
        until = deadline(max(end for end in ends if end <= at), severity)
        new = rules.decide(RemindOfPostmortem(deadline=until, hours=hours, at=at), known)
        known, said = rules.fold(new, known), [*said, *new]
        assert all(one.due_at == until.due_at for one in new if isinstance(one, PostmortemReminded))
    keys = [
        (one.due_at, one.reminder, one.number)
        if isinstance(one, PostmortemReminded)
        else (getattr(one, "due_at", None), "overdue", 0)
        for one in said
    ]
    assert len(keys) == len(set(keys))


@any_of(RESOLVED, SEVERITIES, CALENDARS, HOURS, st.integers(0, 60), st.integers(1, 10_000))
def test_between_a_look_and_the_next_one_that_is_named_nothing_becomes_due(
    resolved: datetime,
    severity: Severity,
    calendar: BusinessCalendar | None,
    hours: WorkHours,
    days: int,
    part: int,
) -> None:
    until, at = deadline(resolved, severity, calendar), resolved + timedelta(days=days)
    known = rules.fold([replace(started, started_at=resolved)])
    known = rules.fold(
        rules.decide(RemindOfPostmortem(deadline=until, hours=hours, at=at), known), known
    )
    wakes = next_moment_of(known, until, hours, at)
    assert wakes is not None
    assert wakes > at
    between = at + (wakes - at) * part / 10_001
    assert rules.decide(RemindOfPostmortem(deadline=until, hours=hours, at=between), known) == []


def test_before_half_time_nothing_is_due() -> None:
    assert step_at(deadline(MONDAY), USUAL, utc("12-04 08:59")) is None


def meeting(starts: datetime, agreed: datetime = MONDAY) -> Meeting:
    return Meeting(
        starts_at=starts,
        agenda=DEFAULT_AGENDA,
        place=None,
        facilitator_id=None,
        invited_ids=(ANA,),
        changed_at=agreed,
    )


@pytest.mark.parametrize(
    ("starts", "agreed", "reads"),
    [
        ("12-03 15:00", "11-30 14:00", "12-02 15:00"),
        ("12-07 09:00", "11-30 14:00", "12-04 09:00"),  # a Monday: on Friday, not on Sunday
        ("12-07 14:00", "11-30 14:00", "12-07 09:00"),
        ("12-07 09:00", "12-04 16:00", None),  # agreed on Friday afternoon
    ],
)
def test_those_who_are_invited_are_asked_to_read_a_day_before_in_their_work_hours(
    starts: str, agreed: str, reads: str | None
) -> None:
    at = reading_at(meeting(utc(starts), utc(agreed)), USUAL)
    assert at == (None if reads is None else utc(reads))


def test_nobody_reads_for_a_meeting_that_is_called_off_over_or_has_begun() -> None:
    planned = meeting(utc("12-03 15:00"))
    assert is_ahead(planned, MONDAY)
    assert not is_ahead(None, MONDAY)
    assert not is_ahead(replace(planned, called_off=True), MONDAY)
    assert not is_ahead(replace(planned, ended_at=MONDAY), MONDAY)
    assert not is_ahead(planned, planned.starts_at)
