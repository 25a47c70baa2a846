"""Schedule sentences: who is on call for whom, and since when."""

from datetime import datetime

from events.schedule.events import (
    ScheduleDefined,
    ScheduleEnded,
    ScheduleOverrideChanged,
    ScheduleOverrideMade,
    ScheduleOverrideWithdrawn,
)
from projections.sentences.words import because, clock, counted, person, words


def cover(off: str | None, on: str | None) -> str:
    """Return who is on call for whom, as a clause."""
    if off is None:
        return f"{on} be on call too"
    return f"nobody be on call for {off}" if on is None else f"{on} be on call for {off}"


def during(starts_at: datetime, ends_at: datetime) -> str:
    """Return from when until when."""
    return f"from {clock(starts_at)} until {clock(ends_at)}"


@words.register
def _(event: ScheduleDefined) -> str:
    what = (
        f"schedule {event.schedule_id} in {event.zone} with {counted(len(event.layers), 'layer')}"
    )
    return f"{person(event.defined_by)} defined {what}"


@words.register
def _(event: ScheduleOverrideMade) -> str:
    who = f"{person(event.made_by)} had {cover(event.off, event.on)} in {event.schedule_id}"
    return f"{who} {during(event.starts_at, event.ends_at)}{because(event.reason)}"


@words.register
def _(event: ScheduleOverrideChanged) -> str:
    who = f"{person(event.changed_by)} changed an override of {event.schedule_id}"
    what = f"have {cover(event.off, event.on)} {during(event.starts_at, event.ends_at)}"
    return f"{who}, to {what}{because(event.reason)}"


@words.register
def _(event: ScheduleOverrideWithdrawn) -> str:
    return f"{person(event.withdrawn_by)} withdrew an override of {event.schedule_id}"


@words.register
def _(event: ScheduleEnded) -> str:
    return f"{person(event.ended_by)} ended schedule {event.schedule_id}: nobody is on call in it"
