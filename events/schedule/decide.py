"""Schedule rules: what is defined acts from now on, and the past stays as it was."""

from typing import assert_never

from events.aggregate import Aggregate
from events.decider import Decider
from events.ids import ScheduleId
from events.on_call.layer_rules import check_layers
from events.schedule.asking import ask_cover
from events.schedule.commands import (
    ChangeOverride,
    DefineSchedule,
    EndSchedule,
    MakeOverride,
    ScheduleCommand,
    TakePager,
    WithdrawOverride,
)
from events.schedule.cover.commands import (
    AcceptCover,
    AskCover,
    DeclineCover,
    ExpireCover,
    WithdrawCover,
)
from events.schedule.covering import (
    accept_cover,
    decline_cover,
    expire_cover,
    withdraw_cover,
)
from events.schedule.events import (
    SCHEDULE_EVENTS,
    ScheduleDefined,
    ScheduleEnded,
    ScheduleEvent,
)
from events.schedule.hand_over import NoteHandOver
from events.schedule.noting import note_hand_over
from events.schedule.overriding import (
    change_override,
    make_override,
    require_known,
    withdraw_override,
)
from events.schedule.state import INITIAL, Schedule, edition_of, evolve
from events.schedule.taking import take_pager


def decide(command: ScheduleCommand, schedule: Schedule) -> list[ScheduleEvent]:
    """Return the facts this command leads to, none if it is already so."""
    match command:
        case DefineSchedule():
            return define(command, schedule)
        case MakeOverride():
            return [*make_override(command, schedule)]
        case ChangeOverride():
            return [*change_override(command, schedule)]
        case WithdrawOverride():
            return [*withdraw_override(command, schedule)]
        case TakePager():
            return [*take_pager(command, schedule)]
        case EndSchedule():
            return end(command, schedule)
        case AskCover():
            return [*ask_cover(command, schedule)]
        case AcceptCover():
            return [*accept_cover(command, schedule)]
        case DeclineCover():
            return [*decline_cover(command, schedule)]
        case WithdrawCover():
            return [*withdraw_cover(command, schedule)]
        case ExpireCover():
            return [*expire_cover(command, schedule)]
        case NoteHandOver():
            return [*note_hand_over(command, schedule)]
        case _:
            assert_never(command)


def define(command: DefineSchedule, schedule: Schedule) -> list[ScheduleEvent]:
    """Create the schedule, or replace what it says from now on; its overrides stay.

    Raises: ScheduleInvalid, UnknownZone, HolidaysUnknown, RecurrenceInvalid.
    """
    check_layers(command.zone, command.layers, command.holidays, command.at)
    event = ScheduleDefined(
        schedule_id=command.schedule_id,
        name=command.name,
        team_id=command.team_id,
        zone=command.zone,
        layers=command.layers,
        holidays=command.holidays,
        defined_by=command.actor.name,
        defined_at=command.at,
    )
    return [] if says_the_same(schedule, event) else [event]


def says_the_same(schedule: Schedule, event: ScheduleDefined) -> bool:
    """Return whether the schedule goes on and is defined like this already."""
    if schedule.schedule_id is None or schedule.ended_at is not None:
        return False
    newest, wanted = schedule.editions[-1], edition_of(event)
    return (schedule.name, schedule.team_id) == (event.name, event.team_id) and (
        (newest.zone, newest.layers, newest.holidays)
        == (wanted.zone, wanted.layers, wanted.holidays)
    )


def end(command: EndSchedule, schedule: Schedule) -> list[ScheduleEvent]:
    """Have nobody on call any more, none if it has ended already.

    Raises: ScheduleNotFound.
    """
    require_known(schedule, command.schedule_id)
    if schedule.ended_at is not None:
        return []
    return [
        ScheduleEnded(
            schedule_id=command.schedule_id, ended_by=command.actor.name, ended_at=command.at
        )
    ]


schedule_decider: Decider[ScheduleCommand, Schedule, ScheduleEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=SCHEDULE_EVENTS
)

AGGREGATE = Aggregate(
    noun="schedule", id=ScheduleId, decider=schedule_decider, commands=ScheduleCommand
)
