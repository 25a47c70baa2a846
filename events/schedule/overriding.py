"""Override rules: who is on call for whom, from when until when, and never twice."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from events.ids import OverrideId, ScheduleId
from events.on_call.rota import Override
from events.on_call.zones import instant, wall_clock, zone
from events.schedule.commands import ChangeOverride, MakeOverride, WithdrawOverride
from events.schedule.events import (
    ScheduleOverrideChanged,
    ScheduleOverrideMade,
    ScheduleOverrideWithdrawn,
)
from events.schedule.ledger import Kept
from events.schedule.refusals import (
    OverrideNotFound,
    OverrideOver,
    OverrideRefused,
    OverridesOverlap,
    ScheduleNotFound,
    ScheduleOver,
    TooManyOverrides,
)
from events.schedule.state import Schedule

LONGEST: Final = timedelta(days=400)
FARTHEST: Final = timedelta(days=5 * 366)  # ahead
MOST_AHEAD: Final = 500  # overrides of one schedule that are not over


def make_override(command: MakeOverride, schedule: Schedule) -> list[ScheduleOverrideMade]:
    """Put somebody on call or take somebody off for a while; the past stays as it was.

    Raises: ScheduleNotFound, ScheduleOver, OverrideRefused, OverridesOverlap, TooManyOverrides.
    """
    require_live(schedule, command.schedule_id)
    kept = schedule.overrides.kept()
    if command.override_id in kept:
        return []
    wanted = Override(
        override_id=command.override_id,
        starts_at=max(command.starts_at, command.at),
        ends_at=command.ends_at,
        off=command.off,
        on=command.on,
        made_at=command.at,
    )
    if command.ends_at <= command.starts_at:
        raise ends_too_early(command.starts_at, command.ends_at)
    require_sense(wanted, command.at)
    standing = [one.newest for one in kept.values() if one.stands(command.at)]
    require_room(len(standing) + 1)
    require_no_overlap(wanted, standing)
    return [
        ScheduleOverrideMade(
            schedule_id=command.schedule_id,
            override_id=command.override_id,
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
            off=wanted.off,
            on=wanted.on,
            reason=command.reason,
            made_by=command.actor.name,
            made_at=command.at,
        )
    ]


def change_override(command: ChangeOverride, schedule: Schedule) -> list[ScheduleOverrideChanged]:
    """Change part of an override; the rest, and its place among the others, stays.

    Raises: ScheduleNotFound, ScheduleOver, OverrideNotFound, OverrideOver, OverrideRefused,
    OverridesOverlap.
    """
    require_live(schedule, command.schedule_id)
    kept = schedule.overrides.kept()
    before = standing_one(command, kept)
    wanted = replace(changed(command, before.newest, zone(schedule.zone)), made_at=command.at)
    reason = before.reason if command.reason is None else command.reason
    if (wanted, reason) == (replace(before.newest, made_at=command.at), before.reason):
        return []
    if before.newest.starts_at <= command.at and wanted.starts_at != before.newest.starts_at:
        raise OverrideRefused(
            f"The override began {clock(before.newest.starts_at)}: change its end, or withdraw it.",
            field="starts_at",
        )
    require_sense(wanted, command.at)
    others = [
        one.newest
        for override_id, one in kept.items()
        if override_id != command.override_id and one.stands(command.at)
    ]
    require_no_overlap(wanted, others)
    return [
        ScheduleOverrideChanged(
            schedule_id=command.schedule_id,
            override_id=command.override_id,
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
            off=wanted.off,
            on=wanted.on,
            reason=reason,
            changed_by=command.actor.name,
            changed_at=command.at,
        )
    ]


def withdraw_override(
    command: WithdrawOverride, schedule: Schedule
) -> list[ScheduleOverrideWithdrawn]:
    """Let an override hold no more, none if it was withdrawn already.

    Raises: ScheduleNotFound, OverrideNotFound, OverrideOver.
    """
    require_known(schedule, command.schedule_id)
    kept = schedule.overrides.kept()
    found = kept.get(command.override_id)
    if found is not None and found.newest.withdrawn_at is not None:
        return []
    standing_one(command, kept)
    return [
        ScheduleOverrideWithdrawn(
            schedule_id=command.schedule_id,
            override_id=command.override_id,
            withdrawn_by=command.actor.name,
            withdrawn_at=command.at,
        )
    ]


def changed(command: ChangeOverride, before: Override, where: ZoneInfo) -> Override:
    """Return the override with what the command names changed, and the rest as it was."""
    starts_at, ends_at = command.starts_at, command.ends_at
    if starts_at is None:
        starts_at = moved(before.starts_at, command.starts_on, where)
    if ends_at is None:
        ends_at = moved(before.ends_at, command.ends_on, where)
    on = before.on if command.on is None else command.on
    if starts_at != before.starts_at:  # the past stays as it was
        starts_at = max(starts_at, command.at)
    return replace(before, starts_at=starts_at, ends_at=ends_at, on=on)


def moved(at: datetime, day: date | None, where: ZoneInfo) -> datetime:
    """Return the same time of day on another day."""
    if day is None or day == (shown := wall_clock(at, where)).date():
        return at
    return instant(day, shown.time(), where)


def standing_one(command: ChangeOverride | WithdrawOverride, kept: dict[OverrideId, Kept]) -> Kept:
    """Return the override that a command is about.

    Raises: OverrideNotFound, OverrideOver.
    """
    found = kept.get(command.override_id)
    if found is None:
        raise OverrideNotFound(
            f"Schedule {command.schedule_id} has no override {command.override_id}."
        )
    if found.newest.withdrawn_at is not None:
        raise OverrideOver(
            f"The override was withdrawn {clock(found.newest.withdrawn_at)}: make a new one."
        )
    if not found.stands(command.at):
        raise OverrideOver(
            f"The override ended {clock(found.newest.ends_at)}; what was, stays as it was."
        )
    return found


def require_known(schedule: Schedule, schedule_id: ScheduleId) -> None:
    """Refuse a command to a schedule that never was.

    Raises: ScheduleNotFound.
    """
    if schedule.schedule_id is None:
        raise ScheduleNotFound(f"No such schedule: {schedule_id}.")


def require_live(schedule: Schedule, schedule_id: ScheduleId) -> None:
    """Refuse a command to a schedule that never was, or has ended.

    Raises: ScheduleNotFound, ScheduleOver.
    """
    require_known(schedule, schedule_id)
    if schedule.ended_at is not None:
        raise ScheduleOver(
            f"Schedule {schedule_id} ended {clock(schedule.ended_at)}: set it again first."
        )


def require_sense(wanted: Override, now: datetime) -> None:
    """Refuse an override that is for nobody, or at no time that is to come.

    Raises: OverrideRefused.
    """
    if wanted.off is None and wanted.on is None:
        raise OverrideRefused("Say who is on call, who is off, or both.", field="on")
    if wanted.off == wanted.on:
        raise OverrideRefused(f"{wanted.on} cannot take over from {wanted.on}.", field="on")
    if wanted.ends_at <= now:
        raise OverrideRefused(
            f"It would have ended {clock(wanted.ends_at)}, and the past stays as it was:"
            " give a time to come.",
            field="ends_at",
        )
    if wanted.ends_at <= wanted.starts_at:
        raise ends_too_early(wanted.starts_at, wanted.ends_at)
    if wanted.ends_at - wanted.starts_at > LONGEST:
        raise OverrideRefused(
            f"An override lasts at most {LONGEST.days} days: change the schedule instead.",
            field="ends_at",
        )
    if wanted.starts_at - now > FARTHEST:
        raise OverrideRefused(
            f"It starts {clock(wanted.starts_at)}, more than five years ahead: come back later.",
            field="starts_at",
        )


def ends_too_early(starts_at: datetime, ends_at: datetime) -> OverrideRefused:
    """Return the refusal of an end that is not after its beginning."""
    return OverrideRefused(
        f"It ends {clock(ends_at)}, which is not after its start {clock(starts_at)}.",
        field="ends_at",
    )


def require_room(ahead: int) -> None:
    """Refuse more overrides ahead than anybody can look at.

    Raises: TooManyOverrides.
    """
    if ahead > MOST_AHEAD:
        raise TooManyOverrides(
            f"{MOST_AHEAD} overrides are ahead already: withdraw some, or change the schedule."
        )


def require_no_overlap(wanted: Override, others: list[Override]) -> None:
    """Refuse what is said of a person already. A chain, A to B and B to C, says it of two.

    Raises: OverridesOverlap.
    """
    for other in others:
        if other.starts_at >= wanted.ends_at or other.ends_at <= wanted.starts_at:
            continue
        for person, same, said in (
            (wanted.off, other.off, "taken off"),
            (wanted.on, other.on, "put on call"),
        ):
            if person is not None and person == same:
                raise OverridesOverlap(
                    f"{person} is {said} from {clock(other.starts_at)} until"
                    f" {clock(other.ends_at)} by override {other.override_id} already: change or"
                    " withdraw that one.",
                    override_id=str(other.override_id),
                )


def clock(at: datetime) -> str:
    """Return an instant as a refusal says it."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
