"""What somebody should look at is said ahead: gaps, two places at once, too few people."""

from datetime import timedelta

import pytest

from events.escalation.level import Level
from events.escalation.target import Target, Turn
from events.ids import ResponderId, ScheduleId
from services.api.resources.on_call.warnings import has_secondary, schedules_beside
from tests.services.api.on_call.rotas import Rota, projecting, team

__all__ = ["projecting", "team"]

FIRST, SECOND = ScheduleId("first"), ScheduleId("second")
FIVE = timedelta(minutes=5)


def level(*targets: Target) -> Level:
    return Level(targets=targets, escalation_timeout=FIVE)


PRIMARY = level(Target(schedule_id=FIRST))


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((PRIMARY,), False),
        ((PRIMARY, PRIMARY), False),
        ((level(Target(schedule_id=SECOND)),), False),
        ((PRIMARY, level(Target(schedule_id=SECOND))), True),
        ((PRIMARY, level(Target(schedule_id=FIRST, turn=Turn.NEXT))), True),
        ((PRIMARY, level(Target(responder_id=ResponderId("boss")))), True),
    ],
)
def test_whoever_a_later_level_pages_is_the_secondary(
    levels: tuple[Level, ...], *, expected: bool
) -> None:
    assert has_secondary(levels, FIRST) is expected


def test_the_schedules_of_the_other_levels_stand_behind() -> None:
    policy = (PRIMARY, level(Target(schedule_id=SECOND), Target(schedule_id=FIRST)))
    assert schedules_beside(policy, FIRST) == set()
    assert schedules_beside((PRIMARY, level(Target(schedule_id=SECOND))), FIRST) == {SECOND}


@pytest.mark.stack
async def test_three_people_in_two_schedules_with_nobody_behind_them_are_said(team: Rota) -> None:
    shown = (await team.read("warnings")).json()
    assert [one["rule"] for one in shown["departures"]] == ["few_people", "no_secondary"]
    assert (shown["gaps"], shown["conflicts"]) == ([], [])

    first, team.schedule = team.schedule, f"{team.schedule}-2"
    await team.settle()
    shown = (await team.read(f"/v1/schedules/{first}/warnings")).json()
    kinds = {(one["kind"], one["schedule_id"]) for one in shown["conflicts"]}
    assert kinds == {("two_schedules", team.schedule)}
    assert shown["conflicts"][0]["responder_id"] == "ben"
