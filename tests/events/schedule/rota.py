"""The schedule of the tests: Ada and Ben alternate by the week, in Berlin, from Monday at ten."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from events.actor import Actor
from events.ids import OverrideId, ResponderId, ScheduleId, TeamId
from events.on_call.layer import Layer, Rotation
from events.on_call.rota import HolidayCalendar
from events.on_call.who import on_call
from events.schedule.commands import DefineSchedule, MakeOverride
from events.schedule.decide import schedule_decider
from events.schedule.events import ScheduleDefined, ScheduleOverrideMade

ADA, BEN, CEM = map(ResponderId, ("ada", "ben", "cem"))
PAYMENTS = ScheduleId("payments")
BOSS = Actor(principal="responder:boss", responder_id=ResponderId("boss"))
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 10:00 in Berlin


def at(hour: int, minute: int = 0, second: int = 0, *, day: int = 24) -> datetime:
    """Return an instant of the first week, Ada's."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC)


def numbered(number: int) -> OverrideId:
    return OverrideId(UUID(int=number))


weekly = Layer(
    layer_id="weekly",
    name="Weekly",
    rotation=Rotation(
        slots=((ADA,), (BEN,)), first_hand_off=date(2026, 11, 23), hand_off_at=time(10)
    ),
)
define = DefineSchedule(
    schedule_id=PAYMENTS,
    name="Payments",
    team_id=TeamId("payments"),
    zone="Europe/Berlin",
    layers=(weekly,),
    holidays=HolidayCalendar(),
    actor=BOSS,
    at=MONDAY,
)
defined = ScheduleDefined(
    schedule_id=PAYMENTS,
    name="Payments",
    team_id=define.team_id,
    zone="Europe/Berlin",
    layers=(weekly,),
    holidays=HolidayCalendar(),
    defined_by="responder:boss",
    defined_at=MONDAY,
)
override = MakeOverride(  # Ben for Ada, for an hour
    schedule_id=PAYMENTS,
    override_id=numbered(1),
    starts_at=at(10),
    ends_at=at(11),
    off=ADA,
    on=BEN,
    reason="dentist",
    actor=BOSS,
    at=at(8),
)
overridden = ScheduleOverrideMade(
    schedule_id=PAYMENTS,
    override_id=numbered(1),
    starts_at=at(10),
    ends_at=at(11),
    off=ADA,
    on=BEN,
    reason="dentist",
    made_by="responder:boss",
    made_at=at(8),
)


def people(events: list[Any], when: datetime) -> tuple[ResponderId, ...]:
    """Return who is on call after these events."""
    return on_call(schedule_decider.fold(events).rota, when).responder_ids
