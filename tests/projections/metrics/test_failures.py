"""Time between failures is what a clock that ticks each second would have counted."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.metrics.failures import Hit, Reliability, pooled, reliability
from projections.metrics.quarters import MetricWindow

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
LONG = 80  # seconds


def at(second: int) -> datetime:
    return NOON + timedelta(seconds=second)


def hit(begin: int, end: int | None) -> Hit:
    return Hit(at(begin), None if end is None else at(end))


def on_a_grid(
    hits: list[tuple[int, int | None]], begin: int, end: int, defined: int, now: int
) -> Reliability:
    """Return the same, counted second by second and failure by failure."""
    ends = [(first, max(now, first) if last is None else last) for first, last in hits]
    begin, end = max(begin, defined), min(end, now)
    if begin >= end:
        return Reliability()
    down = sum(any(a <= second < b for a, b in ends) for second in range(begin, end))
    starts = {
        first
        for first, _ in ends
        if begin <= first < end and not any(a < first <= b for a, b in ends)
    }
    return Reliability(
        failures=len(starts),
        down=timedelta(seconds=down),
        operating=timedelta(seconds=end - begin - down),
    )


hits_of_a_service = st.lists(
    st.tuples(st.integers(0, LONG), st.one_of(st.none(), st.integers(0, 20))).map(
        lambda one: (one[0], None if one[1] is None else one[0] + one[1])
    ),
    max_size=8,
)


@given(
    hits=hits_of_a_service,
    begin=st.integers(0, LONG),
    length=st.integers(1, LONG),
    defined=st.integers(-10, LONG),
    now=st.integers(0, LONG + 20),
)
def test_it_is_what_a_grid_of_seconds_counts(
    hits: list[tuple[int, int | None]], begin: int, length: int, defined: int, now: int
) -> None:
    counted = reliability(
        [hit(*one) for one in hits],
        MetricWindow(at(begin), at(begin + length)),
        at(defined),
        at(now),
    )
    assert counted == on_a_grid(hits, begin, begin + length, defined, now)


@pytest.mark.parametrize(
    ("hits", "failures", "down"),
    [
        ([], 0, 0),
        ([(10, 20)], 1, 10),
        ([(10, 20), (15, 30)], 1, 20),  # they overlap
        ([(10, 20), (20, 30)], 1, 20),  # they touch
        ([(10, 40), (20, 30)], 1, 30),  # one in the other
        ([(10, 20), (21, 30)], 2, 19),
        ([(-5, 10)], 0, 10),  # it began before the window
        ([(-5, 10), (10, 20)], 0, 20),  # and what touches it is the same failure
        ([(95, 200)], 1, 5),  # it goes on after the window
        ([(90, None)], 1, 10),  # it goes on now
        ([(50, 50)], 1, 0),  # over at once, and a failure all the same
    ],
)
def test_hits_that_overlap_or_touch_are_one_failure(
    hits: list[tuple[int, int | None]], failures: int, down: int
) -> None:
    counted = reliability([hit(*one) for one in hits], MetricWindow(at(0), at(100)), at(0), at(300))
    assert (counted.failures, counted.down) == (failures, timedelta(seconds=down))


def test_without_a_failure_there_is_no_time_between_failures_and_no_infinity() -> None:
    quiet = reliability([], MetricWindow(at(0), at(100)), at(0), at(300))
    assert quiet.mtbf is None
    assert quiet.operating == timedelta(seconds=100)


def test_the_window_begins_with_the_services_definition_and_ends_now() -> None:
    counted = reliability([hit(10, 20)], MetricWindow(at(0), at(100)), at(40), at(60))
    assert counted == Reliability(operating=timedelta(seconds=20))


def test_all_services_together_have_their_hours_and_failures_added_up() -> None:
    window = MetricWindow(at(0), at(100))
    one = reliability([hit(10, 20), hit(30, 40)], window, at(0), at(300))
    other = reliability([], window, at(0), at(300))
    assert pooled([one, other]).mtbf == timedelta(seconds=90)
