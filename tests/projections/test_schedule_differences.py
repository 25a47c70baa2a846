"""What a change of a schedule changes, as people read it before they save it."""

from dataclasses import replace
from datetime import time, timedelta

import projections.on_call.differences  # noqa: F401  registers its words
from events.ids import ResponderId
from events.on_call.layer import Window
from events.schedule.decide import schedule_decider
from events.schedule.state import INITIAL, Schedule
from projections.configuration.differences import differences
from tests.events.schedule.rota import ADA, BEN, MONDAY, define, override, weekly

TUESDAY = MONDAY + timedelta(days=1)
ALWAYS = replace(weekly, rotation=replace(weekly.rotation, slots=((ADA,),)))


def after(*commands: object) -> tuple[Schedule, Schedule]:
    """Return the schedule before the last command and after it."""
    state = before = INITIAL
    for command in commands:
        before = state
        for event in schedule_decider.decide(command, state):  # type: ignore[arg-type]
            state = schedule_decider.evolve(state, event)
    return before, state


def changes(*commands: object) -> list[str]:
    before, now = after(*commands)
    return list(differences(now, before, commands[-1]))


def test_a_new_schedule_says_how_much_of_four_weeks_it_covers() -> None:
    assert changes(define) == ["It is new.", "coverage of the next four weeks: 100 %"]


def test_a_day_that_somebody_leaves_makes_the_coverage_fall() -> None:
    hand_off = weekly.rotation.hand_off_at
    no_tuesday = Window(weekdays=(1, 3, 4, 5, 6, 7), starts=hand_off, ends=hand_off)
    always = replace(define, layers=(ALWAYS,))
    without = replace(always, layers=(replace(ALWAYS, windows=(no_tuesday,)),), at=MONDAY)
    found = changes(always, without)
    assert found[-1] == "coverage falls from 100 % to 85.71 %"
    assert "ada leaves Tue 24 Nov 10:00 to Wed 25 Nov 10:00" in found


def test_a_night_that_somebody_leaves_each_week_is_told_once() -> None:
    day = Window(weekdays=(1, 2, 3, 4, 5, 6, 7), starts=time(6), ends=time(22))
    nights = Window(weekdays=(1, 3, 4, 5, 6, 7), starts=time(22), ends=time(6))
    always = replace(define, layers=(ALWAYS,))
    without = replace(always, layers=(replace(ALWAYS, windows=(day, nights)),), at=MONDAY)
    assert changes(always, without) == [
        "ada leaves Tuesday 22:00 to 06:00 (4 times in four weeks)",
        "coverage falls from 100 % to 95.23 %",
    ]


def test_an_override_says_who_leaves_and_who_takes_what() -> None:
    assert changes(define, override) == [
        "ada leaves Tuesday 11:00 to 12:00",
        "ben takes Tuesday 11:00 to 12:00",
    ]


def test_a_name_a_team_and_a_zone_are_told_as_they_were_and_are() -> None:
    renamed = replace(define, name="Money", team_id=None, at=TUESDAY)
    assert changes(define, renamed) == ["name: Payments → Money", "team: payments → none"]


def test_whoever_comes_in_a_weekly_turn_takes_whole_weeks() -> None:
    cem = ResponderId("cem")
    third = replace(weekly, rotation=replace(weekly.rotation, slots=((ADA,), (BEN,), (cem,))))
    found = changes(define, replace(define, layers=(third,), at=TUESDAY))
    assert any(line.startswith("cem takes Mon 07 Dec 10:00 to Mon 14 Dec 10:00") for line in found)
    assert not any("coverage" in line for line in found)
