"""Taking the pager: from now on one person is on call in the place of whoever would be."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid5

from events.ids import OverrideId, ResponderId
from events.on_call.final import shifts
from events.on_call.rota import Rota
from events.on_call.who import on_call
from events.schedule.commands import TakePager
from events.schedule.events import ScheduleOverrideMade
from events.schedule.overriding import clock, require_live, require_room
from events.schedule.refusals import OverrideRefused
from events.schedule.state import Schedule

LONGEST: Final = timedelta(days=14)

type Part = tuple[datetime, datetime]


def take_pager(command: TakePager, schedule: Schedule) -> list[ScheduleOverrideMade]:
    """Put one person on call for everybody who is until then, none if there is nobody else.

    An override for each of them, since an override replaces somebody: if the one who takes it is
    forgotten, those whose turn it is are on call again.
    Raises: ScheduleNotFound, ScheduleOver, OverrideRefused, TooManyOverrides.
    """
    require_live(schedule, command.schedule_id)
    rota = replace(schedule.rota, gone=command.gone)
    until = command.until or on_call(rota, command.at).ends_at
    require_short(command, until)
    kept = schedule.overrides.kept()
    wanted = {
        override_id: (off, part)
        for off, part in turns_of_others(rota, command.responder_id, command.at, until)
        if (override_id := name_of(command, off, part)) not in kept
    }
    require_room(sum(one.stands(command.at) for one in kept.values()) + len(wanted))
    return [
        ScheduleOverrideMade(
            schedule_id=command.schedule_id,
            override_id=override_id,
            starts_at=starts_at,
            ends_at=ends_at,
            off=off,
            on=command.responder_id,
            reason=command.reason,
            made_by=command.actor.name,
            made_at=command.at,
        )
        for override_id, (off, (starts_at, ends_at)) in wanted.items()
    ]


def turns_of_others(
    rota: Rota, taker: ResponderId, begin: datetime, end: datetime
) -> list[tuple[ResponderId | None, Part]]:
    """Return from when to when others are on call, each person once, and each gap as nobody's."""
    gaps: list[tuple[ResponderId | None, Part]] = []
    turns: dict[ResponderId, Part] = {}
    for shift in shifts(rota, begin, end):
        if not shift.duties:
            gaps.append((None, (shift.starts_at, shift.ends_at)))
        for responder_id in shift.responder_ids:
            if responder_id != taker:
                first, _ = turns.get(responder_id, (shift.starts_at, None))
                turns[responder_id] = (first, shift.ends_at)
    return [*turns.items(), *gaps]


def name_of(command: TakePager, off: ResponderId | None, part: Part) -> OverrideId:
    """Return the id of the override that takes one person's place, or fills one gap."""
    return OverrideId(uuid5(command.override_ids, off or f" {part[0].isoformat()}"))


def require_short(command: TakePager, until: datetime) -> None:
    """Refuse to take the pager for longer than anybody can carry it.

    Raises: OverrideRefused.
    """
    if until <= command.at:
        raise OverrideRefused(
            f"It would have ended {clock(until)}, and the past stays as it was: give a time to"
            " come.",
            field="until",
        )
    if until - command.at > LONGEST:
        raise OverrideRefused(
            f"That is until {clock(until)}, longer than {LONGEST.days} days: say until when.",
            field="until",
        )
