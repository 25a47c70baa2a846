"""Figures: what lasts stands where and as long as it did, and rows keep what overlaps apart."""

from datetime import UTC, datetime, timedelta

import pytest

from services.web.figures import Lane, Stretch, axis_of, drawn

BEGAN = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
AXIS = axis_of(BEGAN, BEGAN + timedelta(minutes=20))


def stretch(start: float, end: float | None = None) -> Stretch:
    return Stretch(
        name="5xx",
        start=BEGAN + timedelta(minutes=start),
        end=None if end is None else BEGAN + timedelta(minutes=end),
    )


def test_a_bar_is_as_long_as_what_it_shows_and_what_still_runs_reaches_now() -> None:
    shown = drawn(Lane(name="Alerts", rows=5, stretches=[stretch(5, 10), stretch(15)]), AXIS)
    assert [(bar.left, bar.width) for bar in shown.bars] == [(25.0, 25.0), (75.0, 25.0)]
    assert [bar.row for bar in shown.bars] == [0, 0]


def test_what_overlaps_stands_in_rows_and_what_has_no_row_is_counted() -> None:
    lane = Lane(name="Alerts", rows=2, stretches=[stretch(0), stretch(1), stretch(2), stretch(3)])
    shown = drawn(lane, AXIS)
    assert [bar.row for bar in shown.bars] == [0, 1]
    assert shown.hidden == 2


def test_what_was_before_the_axis_and_what_lasted_no_time_can_still_be_seen() -> None:
    shown = drawn(Lane(name="Pages", stretches=[stretch(-50, -50)]), AXIS)
    assert [(bar.left, bar.width > 0) for bar in shown.bars] == [(0.0, True)]


@pytest.mark.parametrize("minutes", [0, 1, 7, 45, 180, 2880, 100_000])
def test_an_axis_has_a_few_ticks_whatever_its_length(minutes: int) -> None:
    axis = axis_of(BEGAN, BEGAN + timedelta(minutes=minutes))
    ticks = axis.ticks()
    assert len(ticks) <= 7
    assert all(0 <= tick.left <= 100 for tick in ticks)
