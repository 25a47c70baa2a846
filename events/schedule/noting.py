"""Hand-over note rules: who leaves one, about which shift, for whom."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from events.errors import Forbidden, Unprocessable
from events.on_call.final import shifts
from events.on_call.reports.periods import Period, periods
from events.schedule.hand_over import NoteHandOver, ScheduleHandOverNoted
from events.schedule.overriding import clock, require_known
from events.schedule.state import Schedule

BACK: Final = timedelta(days=15)  # how long after a shift there is still something to say of it
AHEAD: Final = timedelta(days=15)  # where the end of a shift is looked for


class NoteOfAnother(Forbidden):
    """Only who was on that shift, or a manager of the team, leaves a hand-over note."""


class NoShiftToHandOver(Unprocessable):
    """There is no such shift to hand over."""


def note_hand_over(command: NoteHandOver, schedule: Schedule) -> list[ScheduleHandOverNoted]:
    """Write down what whoever is on call next should know.

    Raises: ScheduleNotFound, NoteOfAnother, NoShiftToHandOver.
    """
    require_known(schedule, command.schedule_id)
    if command.actor.responder_id != command.responder_id and not command.manages:
        raise NoteOfAnother(f"{command.responder_id} or a manager of the team leaves this note.")
    rota = replace(schedule.rota, gone=command.gone)
    final = shifts(rota, command.at - BACK, command.at + AHEAD)
    shift = shift_of(command, periods(final).get(command.responder_id, []))
    after = next((one for one in final if one.starts_at >= shift.ends_at and one.duties), None)
    people = after.responder_ids if after is not None else ()
    return [
        ScheduleHandOverNoted(
            schedule_id=command.schedule_id,
            responder_id=command.responder_id,
            text=command.text,
            shift_starts_at=shift.starts_at,
            shift_ends_at=shift.ends_at,
            notify_ids=tuple(one for one in people if one != command.responder_id),
            noted_by=command.actor.name,
            noted_at=command.at,
        )
    ]


def shift_of(command: NoteHandOver, theirs: list[Period]) -> Period:
    """Return the shift a note is about: the one at that time, else the newest that has begun.

    Raises: NoShiftToHandOver.
    """
    at = command.shift_at or command.at
    begun = [one for one in theirs if one.starts_at <= at]
    if not begun or begun[-1].starts_at > command.at:
        raise NoShiftToHandOver(
            f"{command.responder_id} was not on call in the {BACK.days} days before {clock(at)}.",
            field="shift_at",
        )
    if command.shift_at is not None and begun[-1].ends_at <= command.shift_at:
        raise NoShiftToHandOver(
            f"{command.responder_id} was not on call at {clock(at)}.", field="shift_at"
        )
    return begun[-1]
