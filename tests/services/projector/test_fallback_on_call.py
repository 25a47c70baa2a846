"""While Temporal is away, whoever is on call at that moment is paged, and levels can be left."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from events.actor import Actor
from events.configuration.escalation_policy import (
    DefineEscalationPolicy,
    escalation_policy_decider,
)
from events.escalation.level import Level
from events.escalation.target import Target
from events.ids import (
    ResponderId,
    ScheduleId,
    escalation_policy_stream,
    schedule_stream,
)
from events.incident.pages.commands import EscalatePage
from events.on_call.layer import Layer, Rotation
from events.on_call.rota import HolidayCalendar
from events.schedule.commands import DefineSchedule
from events.schedule.decide import schedule_decider
from tests.harness import now
from tests.services.projector.conftest import ANA, POLICY, Night

pytestmark = pytest.mark.stack

ADMIN = Actor(principal="api_key:desk", is_admin=True)


async def test_whoever_is_on_call_at_that_moment_is_paged_without_temporal(night: Night) -> None:
    """Ada's turn ends half a minute after the incident was declared."""
    change = now() + timedelta(seconds=30)
    rotation = Rotation(
        slots=((ResponderId("ada"),),),
        first_hand_off=(now() - timedelta(days=1)).date(),
        hand_off_at=time(0),
    )
    ada = Layer(layer_id="ada", name="Ada", rotation=rotation, ends_at=change)
    slots = ((ResponderId("ben"),),)
    ben = Layer(
        layer_id="ben", name="Ben", rotation=replace(rotation, slots=slots), begins_at=change
    )
    primary = ScheduleId("primary")
    schedule = DefineSchedule(
        schedule_id=primary,
        name="Primary",
        team_id=None,
        zone="UTC",
        layers=(ada, ben),
        holidays=HolidayCalendar(),
        actor=ADMIN,
        at=now(),
    )
    await night.relay.store(schedule_decider, schedule_stream(primary), schedule)
    level = Level(targets=(Target(schedule_id=primary),), escalation_timeout=timedelta(minutes=5))
    policy = DefineEscalationPolicy(
        escalation_policy_id=POLICY,
        name="Payments",
        levels=(level,),
        repeats=0,
        actor=ADMIN,
        at=now(),
    )
    await night.relay.store(escalation_policy_decider, escalation_policy_stream(POLICY), policy)
    assert await night.after(62) == 1
    assert night.mailed == ["ben"]


async def test_a_level_that_nobody_waits_for_any_longer_is_left_without_temporal(
    night: Night,
) -> None:
    assert await night.after(62) == 1
    leave = EscalatePage(number=1, round=1, level=1, actor=ANA, at=now())
    await night.relay.defer(night.incident_id, leave)
    assert await night.after(62 + 61) == 1
    assert night.mailed == ["ada", "ben"]
