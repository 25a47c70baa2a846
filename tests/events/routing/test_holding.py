"""An alert waits no longer than the rules say, and whatever they say it is heard in the end."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from events.response_policy.calendar import BusinessCalendar
from events.routing.holding import Hold, HoldAsked, HoldReason, hold_of

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = BusinessCalendar(
    zone="Europe/Berlin",
    weekdays=(1, 2, 3, 4, 5),
    opens=time(9),
    closes=time(17),
    holidays=(date(2026, 12, 25),),
)
NEVER = BusinessCalendar(zone="UTC", weekdays=(), opens=time(9), closes=time(17), holidays=())


def asks(
    reason: HoldReason, *, minutes: float = 0, calendar: BusinessCalendar | None = None
) -> HoldAsked:
    return HoldAsked(
        reason=reason,
        by="rule",
        owner="organisation",
        pause=timedelta(minutes=minutes),
        calendar=calendar,
    )


def pause(minutes: float) -> HoldAsked:
    return asks(HoldReason.PAUSE, minutes=minutes)


def hours(calendar: BusinessCalendar | None = HOURS) -> HoldAsked:
    return asks(HoldReason.BUSINESS_HOURS, calendar=calendar)


def berlin(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


def until(*asked: HoldAsked, since: datetime, at: datetime | None = None) -> datetime | None:
    hold = hold_of(asked, since=since, at=at or since)
    return hold.until if hold else None


def test_a_pause_counts_from_when_the_alert_was_heard_of_first() -> None:
    began = berlin(11, 23, 10)
    assert until(pause(5), since=began) == berlin(11, 23, 10, 5)
    assert until(pause(5), since=began, at=berlin(11, 23, 10, 4)) == berlin(11, 23, 10, 5)
    assert hold_of([pause(5)], since=began, at=berlin(11, 23, 10, 5)) is None


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (berlin(11, 23, 10), None),
        (berlin(11, 23, 17), berlin(11, 24, 9)),
        (berlin(11, 27, 18), berlin(11, 30, 9)),  # over the weekend
        (berlin(3, 28, 12), berlin(3, 30, 9)),  # clocks go forward in between
        (berlin(10, 24, 12), berlin(10, 26, 9)),  # and back
        (berlin(12, 24, 18), berlin(12, 28, 9)),  # a holiday, then the weekend
    ],
    ids=["at work", "evening", "weekend", "to summer", "to winter", "holiday"],
)
def test_business_hours_are_those_of_the_service_wherever_it_is(
    at: datetime, opens: datetime | None
) -> None:
    assert until(hours(), since=at.astimezone(UTC)) == opens


@pytest.mark.parametrize("calendar", [NEVER, None], ids=["never opens", "unknown"])
def test_hours_that_never_come_hold_nothing_back(calendar: BusinessCalendar | None) -> None:
    at = berlin(11, 28, 3)
    assert hold_of([hours(calendar)], since=at, at=at) is None


def test_of_several_the_longest_counts_and_what_is_suppressed_has_no_time() -> None:
    at = berlin(11, 23, 18)
    assert until(pause(5), hours(), since=at) == berlin(11, 24, 9)
    suppressed = asks(HoldReason.SUPPRESSED)
    hold = hold_of([pause(5), suppressed, hours()], since=at, at=at)
    assert hold == Hold(reason=HoldReason.SUPPRESSED, by="rule", owner="organisation", since=at)


YEAR = datetime(2026, 1, 1, tzinfo=UTC)
ASKED = st.lists(st.one_of(st.integers(1, 2_000).map(pause), st.just(hours())), max_size=3)
MOMENTS = st.integers(0, 365 * 24 * 60).map(lambda minutes: YEAR + timedelta(minutes=minutes))


@any_of(ASKED, MOMENTS)
def test_whoever_looks_again_whenever_it_is_due_lets_it_through_in_the_end(
    asked: list[HoldAsked], began: datetime
) -> None:
    at, looks = began, 0
    while hold := hold_of(asked, since=began, at=at):
        assert hold.until is not None
        assert hold.until > at
        assert hold.since == began
        at, looks = hold.until, looks + 1
    assert looks <= 2
    assert at - began <= timedelta(days=6)
