"""When a heartbeat is silent, and when its job has failed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.heartbeat.silence import Expected, Pings, Pulse, judge

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOURLY = Expected(since=NOON, interval=timedelta(hours=1), grace=timedelta(minutes=10))


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


@pytest.mark.parametrize(
    ("pings", "at", "pulse", "since"),
    [
        (Pings(), 69, Pulse.WAITING, 70),
        (Pings(), 70, Pulse.SILENT, 70),
        (Pings(succeeded_at=minutes(50)), 119, Pulse.ALIVE, 120),
        (Pings(succeeded_at=minutes(50)), 120, Pulse.SILENT, 120),
        (Pings(succeeded_at=minutes(50), failed_at=minutes(51)), 52, Pulse.FAILED, 51),
        (Pings(succeeded_at=minutes(52), failed_at=minutes(51)), 53, Pulse.ALIVE, 122),
        (Pings(failed_at=minutes(1)), 2, Pulse.FAILED, 1),
        (Pings(succeeded_at=minutes(1), started_at=minutes(20)), 29, Pulse.ALIVE, 30),
        (Pings(succeeded_at=minutes(1), started_at=minutes(20)), 30, Pulse.SILENT, 30),
        (Pings(succeeded_at=minutes(1), started_at=minutes(69)), 71, Pulse.SILENT, 71),
        (Pings(succeeded_at=minutes(21), started_at=minutes(20)), 30, Pulse.ALIVE, 91),
    ],
)
def test_a_heartbeat_is_judged_by_its_last_success_and_what_came_after(
    pings: Pings, at: int, pulse: Pulse, since: int
) -> None:
    judged = judge(HOURLY, pings, minutes(at))
    assert (judged.pulse, judged.at) == (pulse, minutes(since))


def test_pings_of_a_life_that_has_ended_count_for_nothing() -> None:
    old = Pings(succeeded_at=minutes(-1), started_at=minutes(-1), failed_at=minutes(-1))
    assert judge(HOURLY, old, minutes(1)) == judge(HOURLY, Pings(), minutes(1))


def test_a_run_without_a_grace_may_take_its_interval() -> None:
    expected = Expected(since=NOON, interval=timedelta(hours=1), grace=timedelta(0))
    pings = Pings(succeeded_at=minutes(30), started_at=minutes(40))
    assert judge(expected, pings, minutes(89)).pulse is Pulse.ALIVE
    assert judge(expected, pings, minutes(90)).pulse is Pulse.SILENT


times = st.none() | st.integers(0, 300).map(minutes)


@given(times, times, times, st.integers(0, 300))
def test_whoever_has_just_pinged_is_never_silent(
    succeeded: datetime | None, started: datetime | None, failed: datetime | None, now: int
) -> None:
    pings = Pings(succeeded_at=minutes(now), started_at=started, failed_at=failed)
    if all(one is None or one <= minutes(now) for one in (started, failed)):
        assert not judge(HOURLY, pings, minutes(now)).wrong
    before = judge(HOURLY, Pings(succeeded_at=succeeded), minutes(now))
    assert before.wrong == (before.at <= minutes(now))
