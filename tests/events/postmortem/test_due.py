"""Due dates of postmortems: over weekends, holidays, changed clocks and reopenings."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from events.postmortem.commands import PublishPostmortem, RevisePostmortem, WaivePostmortem
from events.postmortem.decide import postmortem_decider as rules
from events.postmortem.document.publishing import Visibility
from events.postmortem.document.terms import DEFAULT_TERMS
from events.postmortem.due import DueState, due_at, due_state
from events.postmortem.events import PostmortemOverdue
from events.postmortem.state import Postmortem
from events.response_policy.calendar import BusinessCalendar
from events.values.severity import Severity
from tests.events.postmortem.story import INC_7, NOW, after, by, continued

BERLIN = BusinessCalendar(
    zone="Europe/Berlin",
    weekdays=(1, 2, 3, 4, 5),
    opens=time(9),
    closes=time(17),
    holidays=(date(2026, 12, 25),),
)
CAIRO = replace(BERLIN, zone="Africa/Cairo", weekdays=(7, 1, 2, 3, 4), holidays=())


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("severity", "calendar", "resolved", "due"),
    [
        pytest.param(
            Severity.SEV1, BERLIN, "12-04 18:00", "12-07 18:00", id="sev1-over-the-weekend"
        ),
        pytest.param(Severity.SEV2, None, "11-30 14:00", "12-07 14:00", id="sev2-one-weekend"),
        pytest.param(Severity.SEV2, None, "12-05 14:00", "12-11 14:00", id="sev2-on-a-saturday"),
        pytest.param(Severity.SEV2, BERLIN, "12-21 14:00", "12-29 14:00", id="sev2-a-holiday"),
        pytest.param(Severity.SEV2, BERLIN, "10-21 14:00", "10-28 15:00", id="sev2-clocks-go-back"),
        pytest.param(
            Severity.SEV1, BERLIN, "10-23 14:00", "10-26 14:00", id="sev1-three-real-days"
        ),
        pytest.param(Severity.SEV2, CAIRO, "12-03 14:00", "12-10 14:00", id="sev2-free-on-friday"),
        pytest.param(Severity.SEV3, None, "11-30 14:00", "12-14 14:00", id="sev3-two-weeks"),
        pytest.param(
            Severity.SEV2,
            replace(BERLIN, weekdays=()),
            "11-30 14:00",
            "12-07 14:00",
            id="a-calendar-that-never-opens",
        ),
    ],
)
def test_a_postmortem_is_due_in_business_days_by_the_clock_of_the_calendar(
    severity: Severity, calendar: BusinessCalendar | None, resolved: str, due: str
) -> None:
    assert due_at(DEFAULT_TERMS.of(severity), utc(resolved), calendar) == utc(due)


def test_until_the_incident_is_resolved_nothing_is_due_and_a_reopening_moves_it() -> None:
    demand = DEFAULT_TERMS.of(Severity.SEV2)
    assert due_at(demand, None, BERLIN) is None
    first, second = due_at(demand, NOW, BERLIN), due_at(demand, NOW + timedelta(days=3), BERLIN)
    assert first is not None
    assert second is not None
    assert second > first


@any_of(st.integers(0, 15 * 366 * 24 * 60), st.integers(1, 30))
def test_it_is_on_a_business_day_at_the_same_time_of_the_day(minutes: int, days: int) -> None:
    resolved = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due = due_at(replace(DEFAULT_TERMS.of(Severity.SEV2), days=days), resolved, BERLIN)
    assert due is not None
    shown, began = (one.astimezone(ZoneInfo(BERLIN.zone)) for one in (due, resolved))
    assert shown.isoweekday() <= 5
    assert shown.date() not in BERLIN.holidays
    assert abs(hour_of(shown) - hour_of(began)) <= 60  # an hour that clocks jump over is none
    between = [began.date() + timedelta(days=n) for n in range(1, (due - resolved).days + 3)]
    open_days = [
        day
        for day in between
        if began.date() < day <= shown.date()
        and day.isoweekday() <= 5
        and day not in BERLIN.holidays
    ]
    assert len(open_days) == days


def hour_of(shown: datetime) -> int:
    return shown.hour * 60 + shown.minute


PUBLISH = PublishPostmortem(
    visibility=Visibility.EVERYONE,
    severity=Severity.SEV2,
    action_items=0,
    timeline_until=9,
    reason="Everything is said",
    **by("ana"),
)


@pytest.mark.parametrize(
    ("known", "due", "state"),
    [
        (Postmortem(), NOW, DueState.NONE),
        (after(), None, DueState.NONE),
        (after(), NOW + timedelta(seconds=1), DueState.AHEAD),
        (after(), NOW, DueState.OVERDUE),
        (after(PUBLISH), NOW, DueState.SETTLED),
        (after(WaivePostmortem(reason="A test", **by("ana"))), NOW, DueState.SETTLED),
        (continued(after(PUBLISH), RevisePostmortem(**by("ana"))), NOW, DueState.SETTLED),
    ],
    ids=["not-begun", "not-resolved", "ahead", "overdue", "published", "waived", "another-edition"],
)
def test_how_a_postmortem_stands_to_its_due_date(
    known: Postmortem, due: datetime | None, state: DueState
) -> None:
    assert due_state(known, due, NOW) is state


def test_at_a_position_of_the_log_it_is_overdue_if_that_was_said_by_then() -> None:
    assert due_state(after(), NOW, None) is DueState.AHEAD
    said = PostmortemOverdue(incident_id=INC_7, due_at=NOW, overdue_at=NOW)
    late = rules.fold([said], after())
    assert due_state(late, NOW, None) is DueState.OVERDUE
    assert due_state(late, NOW + timedelta(days=3), None) is DueState.AHEAD
