"""What a policy says, on the real servers: schedules, hand-overs, channels, answers by all."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from events.configuration.escalation_policy import (
    DefineEscalationPolicy,
    escalation_policy_decider,
)
from events.configuration.responder import (
    ContactMethod,
    RegisterResponder,
    ResponderKind,
    responder_decider,
)
from events.escalation.level import Acknowledge, Level
from events.escalation.target import Target, people
from events.ids import (
    EscalationPolicyId,
    IncidentId,
    ResponderId,
    ScheduleId,
    escalation_policy_stream,
    incident_stream,
    page_stream,
    responder_stream,
    schedule_stream,
)
from events.incident.decide import incident_decider
from events.incident.pages.commands import EscalatePage, RenewPlan
from events.loading import load
from events.on_call.layer import Layer, Rotation
from events.on_call.rota import HolidayCalendar
from events.schedule.commands import DefineSchedule
from events.schedule.decide import schedule_decider
from tests.eventually import eventually
from tests.harness import ADA, ADMIN, now
from tests.workflows.conftest import Harness

pytestmark = pytest.mark.stack

LONG = timedelta(minutes=10)
ADAS, GRACES, ROOM = (ResponderId(one) for one in ("ada", "grace", "room"))
FIRST, SECOND = EscalationPolicyId("first"), EscalationPolicyId("second")
PRIMARY = ScheduleId("primary")


def level(*targets: Target, timeout: timedelta = LONG) -> Level:
    return Level(targets=targets, escalation_timeout=timeout)


async def define(
    harness: Harness,
    *levels: Level,
    named: EscalationPolicyId = FIRST,
    hand_over_to: EscalationPolicyId | None = None,
    on_exhausted: tuple[Target, ...] = (),
) -> str:
    command = DefineEscalationPolicy(
        escalation_policy_id=named,
        name="On call",
        levels=levels,
        repeats=0,
        hand_over_to=hand_over_to,
        on_exhausted=on_exhausted,
        actor=ADMIN,
        at=now(),
    )
    await harness.store(escalation_policy_decider, escalation_policy_stream(named), command)
    return named


async def on_call(harness: Harness, *slots: tuple[ResponderId, ...]) -> None:
    """Define a schedule whose first slot has had its turn for a while, and keeps it."""
    today = datetime.now(UTC).date()
    rotation = Rotation(slots=slots, first_hand_off=today - timedelta(days=1), hand_off_at=time(0))
    command = DefineSchedule(
        schedule_id=PRIMARY,
        name="Primary",
        team_id=None,
        zone="UTC",
        layers=(Layer(layer_id="weeks", name="Weeks", rotation=rotation),),
        holidays=HolidayCalendar(),
        actor=ADMIN,
        at=now(),
    )
    await harness.store(schedule_decider, schedule_stream(PRIMARY), command)


async def room(harness: Harness) -> None:
    method = ContactMethod(channel="email", address="room@example.com")
    command = RegisterResponder(
        responder_id=ROOM,
        name="Room",
        contact_methods=(method,),
        kind=ResponderKind.CHANNEL,
        actor=ADMIN,
        at=now(),
    )
    await harness.store(responder_decider, responder_stream(ROOM), command)


async def steps(harness: Harness, incident_id: IncidentId) -> list[str]:
    happened = await harness.happened(page_stream(harness.page_of(incident_id)))
    return [one for one in happened if not one.startswith("delivery.")]


async def test_whoever_is_on_call_is_paged_and_a_gap_is_left_at_once(harness: Harness) -> None:
    await harness.responder("ada")
    await harness.responder("grace")
    await on_call(harness, ())
    on_duty = Target(schedule_id=PRIMARY)
    incident_id = await harness.declare(
        await define(harness, level(on_duty), level(*people([GRACES])))
    )
    await harness.page_happens(incident_id, "delivery.sent")
    assert await steps(harness, incident_id) == [
        "page.started",
        "page.level_empty",
        "page.level_reached",
    ]
    await on_call(harness, (ADAS,))
    other = await harness.declare(FIRST)
    await harness.page_happens(other, "delivery.sent")
    assert await steps(harness, other) == ["page.started", "page.level_reached"]


async def test_a_page_that_nobody_answers_is_handed_over_and_then_a_channel_is_told(
    harness: Harness,
) -> None:
    await harness.responder("ada")
    await harness.responder("grace")
    await room(harness)
    short = timedelta(seconds=0.2)
    await define(harness, level(*people([GRACES]), timeout=short), named=SECOND)
    incident_id = await harness.declare(
        await define(
            harness,
            level(*people([ADAS, ROOM]), timeout=short),
            hand_over_to=SECOND,
            on_exhausted=people([ROOM]),
        )
    )
    await harness.page_happens(incident_id, "escalation.exhausted")

    async def sent() -> bool:
        happened = await harness.happened(page_stream(harness.page_of(incident_id)))
        return happened.count("delivery.sent") == 4

    await eventually("the channel hears that nobody answered", sent)


async def test_the_next_level_is_paged_at_once_when_somebody_does_not_want_to_wait(
    harness: Harness,
) -> None:
    incident_id = await harness.declare(
        await harness.policy("ada", "grace", escalation_timeout=600)
    )
    await harness.page_happens(incident_id, "delivery.sent")
    for _ in range(2):
        command = EscalatePage(number=1, round=1, level=1, actor=ADA, at=now())
        await harness.give(incident_id, command)
    await harness.page_happens(incident_id, "page.escalated")

    async def twice() -> bool:
        return (await steps(harness, incident_id)).count("page.level_reached") == 2

    await eventually("the second level is paged", twice)
    assert (await steps(harness, incident_id)).count("page.escalated") == 1


async def test_a_page_that_is_planned_anew_begins_with_the_policy_of_now(harness: Harness) -> None:
    policy = EscalationPolicyId(await harness.policy("ada", escalation_timeout=600))
    await harness.responder("grace")
    incident_id = await harness.declare(policy)
    await harness.page_happens(incident_id, "delivery.sent")
    await define(harness, level(*people([GRACES])), named=policy)
    await harness.give(incident_id, RenewPlan(number=1, actor=ADA, at=now()))

    async def grace() -> bool:
        return any("grace" in str(order) for order in harness.outbox.sent) or (
            (await steps(harness, incident_id))[-2:] == ["page.replanned", "page.level_reached"]
        )

    await eventually("grace is paged", grace)


async def test_where_all_are_to_answer_the_others_are_asked_on_after_the_first(
    harness: Harness,
) -> None:
    await harness.responder("ada")
    await harness.responder("grace")
    both = replace(level(*people([ADAS, GRACES])), acknowledge=Acknowledge.ALL)
    incident_id = await harness.declare(await define(harness, both))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.answer(incident_id, ADA)
    await harness.incident_happens(incident_id, "incident.page_requested")
    incident, _ = await load(harness.log, incident_decider, incident_stream(incident_id))
    [asked] = [page for page in incident.pages if page.about.startswith("each:")]
    assert asked.target.responder_ids == (GRACES,)
