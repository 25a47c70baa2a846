"""A gap says why nobody is on call in it: a layer, an override, or somebody who is gone."""

from dataclasses import replace
from datetime import time

import pytest

from events.on_call.final import shifts
from events.on_call.layer import Holidays, Layer, Window
from events.on_call.rota import HolidayCalendar
from events.schedule.decide import schedule_decider
from events.schedule.events import ScheduleEvent
from events.schedule.gap_causes import GapCause, GapKind, causes_of
from tests.events.schedule.rota import ADA, MONDAY, at, defined, numbered, overridden, weekly

OFFICE = (Window(weekdays=(1, 2, 3, 4, 5), starts=time(9), ends=time(17)),)


def causes(*events: ScheduleEvent, gone: bool = False) -> tuple[GapCause, ...]:
    """Return why nobody is on call during the first Tuesday."""
    rota = schedule_decider.fold(events).rota
    if gone:
        rota = replace(rota, gone=((ADA, at(6)),))
    found = [gap for gap in shifts(rota, at(0), at(23)) if not gap.duties]
    return tuple(cause for gap in found for cause in causes_of(rota, gap))


def with_layer(**changes: object) -> ScheduleEvent:
    return replace(defined, layers=(replace(weekly, **changes),))  # type: ignore[arg-type]


def test_no_gap_has_no_cause() -> None:
    assert causes(defined) == ()


def test_an_override_that_takes_somebody_off_is_named_with_the_person() -> None:
    off = replace(overridden, on=None)
    expected = GapCause(kind=GapKind.OVERRIDE, override_id=str(numbered(1)), responder_id=ADA)
    assert causes(defined, off) == (expected,)


def test_who_was_forgotten_is_named() -> None:
    assert causes(defined, gone=True) == (GapCause(kind=GapKind.FORGOTTEN, responder_id=ADA),)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"windows": OFFICE}, {GapKind.OUTSIDE_WINDOWS}),
        ({"begins_at": at(12)}, {GapKind.NOT_BEGUN}),
        ({"ends_at": at(12)}, {GapKind.LAYER_ENDED}),
        ({"rotation": replace(weekly.rotation, slots=((),))}, {GapKind.EMPTY_SLOT}),
        ({"shadow": True}, {GapKind.NO_LAYERS}),
    ],
)
def test_what_a_layer_leaves_open_is_named(
    changes: dict[str, object], expected: set[GapKind]
) -> None:
    assert {one.kind for one in causes(with_layer(**changes))} == expected


def test_a_holiday_is_named() -> None:
    layer: Layer = replace(weekly, holidays=Holidays.NEVER)
    holidays = HolidayCalendar(dates=(at(0).date(),))
    found = causes(replace(defined, layers=(layer,), holidays=holidays))
    assert {one.kind for one in found} == {GapKind.HOLIDAY}


def test_before_the_first_hand_off_the_layer_has_not_begun() -> None:
    rota = schedule_decider.fold([defined]).rota
    [before, _] = shifts(rota, MONDAY.replace(hour=0), MONDAY.replace(hour=12))
    assert [one.kind for one in causes_of(rota, before)] == [GapKind.NOT_BEGUN]


def test_one_gap_may_have_two_causes_one_after_the_other() -> None:
    layer = replace(weekly, windows=OFFICE, rotation=replace(weekly.rotation, slots=((),)))
    found = causes(replace(defined, layers=(layer,)))
    assert [one.kind for one in found] == [GapKind.OUTSIDE_WINDOWS, GapKind.EMPTY_SLOT]
