"""Asking for cover: of one's own shift, of people who may take it, at a time to come."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from events.ids import ResponderId
from events.on_call.final import shifts
from events.schedule.cover.commands import AskCover, Gone
from events.schedule.cover.events import ScheduleCoverAsked, Span
from events.schedule.cover.refusals import CoverAskedAlready, CoverRefused, ShiftOfAnother
from events.schedule.cover.state import CoverStatus
from events.schedule.overriding import clock, require_live
from events.schedule.state import Schedule

LONGEST: Final = timedelta(days=62)
FARTHEST: Final = timedelta(days=2 * 366)  # ahead
MOST_ASKED: Final = 50
MOST_OPEN: Final = 100  # requests of one schedule


def ask_cover(command: AskCover, schedule: Schedule) -> list[ScheduleCoverAsked]:
    """Ask others to take a shift, or part of it.

    Raises: ScheduleNotFound, ScheduleOver, ShiftOfAnother, CoverRefused, CoverAskedAlready.
    """
    require_live(schedule, command.schedule_id)
    if command.actor.responder_id != command.responder_id and not command.manages:
        raise ShiftOfAnother(
            f"Ask for cover of your own shift: {command.responder_id} or a manager of the team"
            " asks for this one."
        )
    require_window(command)
    require_askable(command)
    require_not_asked(command, schedule)
    window = Span(starts_at=command.starts_at, ends_at=command.ends_at)
    if not is_on_call(schedule, command.responder_id, window, command.gone):
        raise CoverRefused(
            f"{command.responder_id} is not on call from {clock(window.starts_at)} until"
            f" {clock(window.ends_at)}: look the shift up first.",
            field="starts_at",
        )
    if command.in_return is not None:
        require_swap(command, command.in_return, schedule)
    notified = command.asked_ids or command.team
    return [
        ScheduleCoverAsked(
            schedule_id=command.schedule_id,
            number=len(schedule.cover) + 1,
            responder_id=command.responder_id,
            starts_at=command.starts_at,
            ends_at=command.ends_at,
            asked_ids=command.asked_ids,
            in_return=command.in_return,
            reason=command.reason,
            notify_ids=tuple(one for one in notified if one != command.responder_id),
            asked_by=command.actor.name,
            asked_at=command.at,
        )
    ]


def require_window(command: AskCover) -> None:
    """Refuse cover of a time that is over, empty, or too long for anybody to take.

    Raises: CoverRefused.
    """
    if command.starts_at <= command.at:
        raise CoverRefused(
            f"{clock(command.starts_at)} has begun: ask for a time to come. For now, somebody else"
            " takes the pager with an override.",
            field="starts_at",
        )
    if command.ends_at <= command.starts_at:
        raise CoverRefused(
            f"It ends {clock(command.ends_at)}, which is not after its start"
            f" {clock(command.starts_at)}.",
            field="ends_at",
        )
    if command.starts_at - command.at > FARTHEST:
        raise CoverRefused(
            f"It starts {clock(command.starts_at)}, more than two years ahead: come back later.",
            field="starts_at",
        )
    if command.ends_at - command.starts_at > LONGEST:
        raise CoverRefused(
            f"Nobody takes more than {LONGEST.days} days at once: ask for less, or change the"
            " schedule.",
            field="ends_at",
        )


def require_askable(command: AskCover) -> None:
    """Refuse to ask nobody, oneself, or a crowd.

    Raises: CoverRefused.
    """
    if command.responder_id in command.asked_ids:
        raise CoverRefused(
            f"{command.responder_id} is on that shift: ask somebody else.", field="asked_ids"
        )
    if len(set(command.asked_ids)) != len(command.asked_ids):
        raise CoverRefused("Name each person once.", field="asked_ids")
    if len(command.asked_ids) > MOST_ASKED:
        raise CoverRefused(
            f"Name at most {MOST_ASKED} people, or nobody: then everybody of the team is asked.",
            field="asked_ids",
        )
    if not command.asked_ids and not set(command.team) - {command.responder_id}:
        raise CoverRefused(
            "Nobody else is in the team or on the schedule: name whom to ask.", field="asked_ids"
        )


def require_not_asked(command: AskCover, schedule: Schedule) -> None:
    """Refuse to ask twice for the same time, and more than anybody can look at.

    Raises: CoverAskedAlready, CoverRefused.
    """
    waiting = [
        one
        for one in schedule.cover
        if one.status(command.at) in {CoverStatus.OPEN, CoverStatus.DECLINED}
    ]
    if len(waiting) >= MOST_OPEN:
        raise CoverRefused(
            f"{MOST_OPEN} requests of this schedule are open: withdraw some.", field="starts_at"
        )
    window = Span(starts_at=command.starts_at, ends_at=command.ends_at)
    for one in waiting:
        if one.responder_id == command.responder_id and any(
            common(part, window) for part in one.open_parts(command.at)
        ):
            raise CoverAskedAlready(
                f"Request {one.number} asks for cover of that time: withdraw it first.",
                number=one.number,
            )


def require_swap(command: AskCover, in_return: Span, schedule: Schedule) -> None:
    """Refuse a swap with more than one person, or for no shift of theirs.

    Raises: CoverRefused.
    """
    if len(command.asked_ids) != 1:
        raise CoverRefused(
            "A swap is with one person: name whose shift is taken in return.", field="asked_ids"
        )
    if in_return.starts_at <= command.at or in_return.ends_at <= in_return.starts_at:
        raise CoverRefused(
            f"Nothing is to come {said(in_return)}: give a time to come.", field="in_return"
        )
    if (
        in_return.ends_at - in_return.starts_at > LONGEST
        or in_return.starts_at - command.at > FARTHEST
    ):
        raise CoverRefused(
            f"Nobody takes more than {LONGEST.days} days at once, or in more than two years.",
            field="in_return",
        )
    [other] = command.asked_ids
    if not is_on_call(schedule, other, in_return, command.gone):
        raise CoverRefused(f"{other} is not on call {said(in_return)}.", field="in_return")


def is_on_call(schedule: Schedule, responder_id: ResponderId, span: Span, gone: Gone) -> bool:
    """Return whether somebody is on call at any time of a span."""
    rota = replace(schedule.rota, gone=gone)
    return any(
        responder_id in shift.responder_ids for shift in shifts(rota, span.starts_at, span.ends_at)
    )


def common(one: Span, other: Span) -> Span | None:
    """Return the time that two spans share, None if there is none."""
    begin, end = max(one.starts_at, other.starts_at), min(one.ends_at, other.ends_at)
    return Span(starts_at=begin, ends_at=end) if begin < end else None


def said(span: Span) -> str:
    """Return a span as a refusal says it."""
    return f"from {clock(span.starts_at)} until {clock(span.ends_at)}"
