"""Cover rules: who takes a shift that cover is asked for, and what changes hands when they do."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid5

from events.ids import TOCSIN, OverrideId, ResponderId
from events.schedule.asking import common, is_on_call, said
from events.schedule.commands import MakeOverride
from events.schedule.cover.commands import (
    AcceptCover,
    DeclineCover,
    ExpireCover,
    WithdrawCover,
)
from events.schedule.cover.events import (
    ScheduleCoverAccepted,
    ScheduleCoverDeclined,
    ScheduleCoverExpired,
    ScheduleCoverWithdrawn,
    Span,
)
from events.schedule.cover.refusals import (
    CoverNotAsked,
    CoverNotFound,
    CoverOver,
    CoverRefused,
    ShiftChanged,
    ShiftOfAnother,
)
from events.schedule.cover.state import CoverRequest, CoverStatus, Taken
from events.schedule.events import ScheduleOverrideMade
from events.schedule.overriding import clock, make_override, require_known, require_live
from events.schedule.state import Schedule, evolve


def accept_cover(
    command: AcceptCover, schedule: Schedule
) -> list[ScheduleOverrideMade | ScheduleCoverAccepted]:
    """Take what is open within a window, and have the overrides that say so made with it.

    None if they have taken all of that already.
    Raises: ScheduleNotFound, ScheduleOver, CoverNotFound, CoverNotAsked, CoverOver, CoverRefused,
    ShiftChanged, and what an override is refused for.
    """
    require_live(schedule, command.schedule_id)
    request = found(schedule, command)
    require_asked(request, command.responder_id, command.team)
    window = wanted(command, request)
    if any(covers(part, window, command.responder_id) for part in request.taken):
        return []
    require_open(request, command.at)
    parts = [both for part in request.open_parts(command.at) if (both := common(part, window))]
    if not parts:
        raise CoverRefused(
            f"Nothing of the request is open from {clock(window.starts_at)} until"
            f" {clock(window.ends_at)}: {'; '.join(map(said, request.open_parts(command.at)))} is.",
            field="starts_at",
        )
    if not any(is_on_call(schedule, request.responder_id, one, command.gone) for one in parts):
        raise ShiftChanged(
            f"{request.responder_id} is not on call then any more: the schedule has changed."
        )
    if request.in_return is None:
        return taking(command, schedule, request, parts)
    whole = Span(starts_at=request.starts_at, ends_at=request.ends_at)
    if parts != [whole]:
        raise CoverRefused("A swap is accepted as a whole: leave the times out.", field="starts_at")
    return swapping(command, schedule, request, whole, request.in_return)


def decline_cover(command: DeclineCover, schedule: Schedule) -> list[ScheduleCoverDeclined]:
    """Say that one does not take a shift, none if one said so.

    Raises: ScheduleNotFound, CoverNotFound, CoverNotAsked, CoverOver.
    """
    require_known(schedule, command.schedule_id)
    request = found(schedule, command)
    require_asked(request, command.responder_id, command.team)
    if command.responder_id in request.declined_ids:
        return []
    require_open(request, command.at)
    return [
        ScheduleCoverDeclined(
            schedule_id=command.schedule_id,
            number=command.number,
            responder_id=command.responder_id,
            notify_ids=(request.responder_id,),
            declined_by=command.actor.name,
            declined_at=command.at,
        )
    ]


def withdraw_cover(command: WithdrawCover, schedule: Schedule) -> list[ScheduleCoverWithdrawn]:
    """Ask for cover no more, none if it was withdrawn.

    Raises: ScheduleNotFound, CoverNotFound, ShiftOfAnother, CoverOver.
    """
    require_known(schedule, command.schedule_id)
    request = found(schedule, command)
    if command.actor.responder_id != request.responder_id and not command.manages:
        raise ShiftOfAnother(
            f"{request.responder_id} asked for this, and withdraws it; so does a manager."
        )
    if request.ended is CoverStatus.WITHDRAWN:
        return []
    require_open(request, command.at)
    return [
        ScheduleCoverWithdrawn(
            schedule_id=command.schedule_id,
            number=command.number,
            notify_ids=request.notify_ids,
            withdrawn_by=command.actor.name,
            withdrawn_at=command.at,
        )
    ]


def expire_cover(command: ExpireCover, schedule: Schedule) -> list[ScheduleCoverExpired]:
    """Let a request end whose time has come, none if it has not, or has ended otherwise.

    Raises: ScheduleNotFound, CoverNotFound.
    """
    require_known(schedule, command.schedule_id)
    request = found(schedule, command)
    if request.ended is not None or request.status(command.at) is not CoverStatus.EXPIRED:
        return []
    return [
        ScheduleCoverExpired(
            schedule_id=command.schedule_id,
            number=command.number,
            notify_ids=(request.responder_id,),
            expired_by=command.actor.name,
            expired_at=command.at,
        )
    ]


def taking(
    command: AcceptCover, schedule: Schedule, request: CoverRequest, parts: Iterable[Span]
) -> list[ScheduleOverrideMade | ScheduleCoverAccepted]:
    """Return the facts of somebody who takes some parts of a shift."""
    facts: list[ScheduleOverrideMade | ScheduleCoverAccepted] = []
    for part in parts:
        made = replacing(
            command, schedule, request, part, off=request.responder_id, on=command.responder_id
        )
        for one in made:
            schedule = evolve(schedule, one)
        facts += [*made, acceptance(command, request, part, made)]
    return facts


def swapping(
    command: AcceptCover, schedule: Schedule, request: CoverRequest, part: Span, in_return: Span
) -> list[ScheduleOverrideMade | ScheduleCoverAccepted]:
    """Return the facts of two people who take each other's shifts.

    Raises: ShiftChanged.
    """
    if in_return.starts_at <= command.at or not is_on_call(
        schedule, command.responder_id, in_return, command.gone
    ):
        raise ShiftChanged(
            f"{command.responder_id} has no shift to give in return {said(in_return)}: the schedule"
            " has changed, or it has begun."
        )
    one, other = request.responder_id, command.responder_id
    made = replacing(command, schedule, request, part, off=one, on=other)
    for fact in made:
        schedule = evolve(schedule, fact)
    returned = replacing(command, schedule, request, in_return, off=other, on=one)
    return [*made, *returned, acceptance(command, request, part, [*made, *returned])]


def replacing(
    command: AcceptCover,
    schedule: Schedule,
    request: CoverRequest,
    part: Span,
    *,
    off: ResponderId,
    on: ResponderId,
) -> list[ScheduleOverrideMade]:
    """Return the override of one part, by the rules of every override."""
    name = f"cover:{command.schedule_id}:{request.number}:{on}:{part.starts_at.isoformat()}"
    return make_override(
        MakeOverride(
            schedule_id=command.schedule_id,
            override_id=OverrideId(uuid5(TOCSIN, name)),
            starts_at=part.starts_at,
            ends_at=part.ends_at,
            off=off,
            on=on,
            reason=f"cover request {request.number}",
            actor=command.actor,
            at=command.at,
        ),
        schedule,
    )


def acceptance(
    command: AcceptCover, request: CoverRequest, part: Span, made: Iterable[ScheduleOverrideMade]
) -> ScheduleCoverAccepted:
    """Return the fact that somebody took a part."""
    others = [one for one in request.notify_ids if one != command.responder_id]
    return ScheduleCoverAccepted(
        schedule_id=command.schedule_id,
        number=request.number,
        responder_id=command.responder_id,
        starts_at=part.starts_at,
        ends_at=part.ends_at,
        override_ids=tuple(one.override_id for one in made),
        notify_ids=(request.responder_id, *others),
        accepted_by=command.actor.name,
        accepted_at=command.at,
    )


type AboutOne = AcceptCover | DeclineCover | WithdrawCover | ExpireCover


def found(schedule: Schedule, command: AboutOne) -> CoverRequest:
    """Return the request that a command is about.

    Raises: CoverNotFound.
    """
    number = command.number
    if not 0 < number <= len(schedule.cover):
        raise CoverNotFound(f"Schedule {command.schedule_id} has no cover request {number}.")
    return schedule.cover[number - 1]


def wanted(command: AcceptCover, request: CoverRequest) -> Span:
    """Return the part of a request that somebody wants.

    Raises: CoverRefused.
    """
    begin = max(command.starts_at or request.starts_at, request.starts_at)
    end = min(command.ends_at or request.ends_at, request.ends_at)
    if begin >= end:
        raise CoverRefused(
            f"The request is for {said(Span(starts_at=request.starts_at, ends_at=request.ends_at))}"
            ": take a part of that.",
            field="starts_at" if command.starts_at else "ends_at",
        )
    return Span(starts_at=begin, ends_at=end)


def require_asked(
    request: CoverRequest, responder_id: ResponderId, team: tuple[ResponderId, ...]
) -> None:
    """Refuse whoever was not asked; whoever asked least of all.

    Raises: CoverNotAsked.
    """
    if responder_id == request.responder_id:
        raise CoverNotAsked(f"{responder_id} is on that shift: somebody else takes it.")
    if responder_id not in (request.asked_ids or team):
        whom = ", ".join(request.asked_ids) or "the people of the team"
        raise CoverNotAsked(f"{responder_id} was not asked: {whom} can take it.")


def require_open(request: CoverRequest, at: datetime) -> None:
    """Refuse what comes after the end of a request.

    Raises: CoverOver.
    """
    status = request.status(at)
    if status in {CoverStatus.OPEN, CoverStatus.DECLINED}:
        return
    detail = {
        CoverStatus.ACCEPTED: "is taken: withdraw the override that says so, or ask for cover of"
        " it in turn",
        CoverStatus.EXPIRED: "has expired: what is left of it has begun",
        CoverStatus.WITHDRAWN: "was withdrawn",
    }[status]
    raise CoverOver(f"Cover request {request.number} {detail}.", status=status.value)


def covers(part: Taken, window: Span, responder_id: ResponderId) -> bool:
    """Return whether somebody has taken all of a window with one part."""
    whole = part.starts_at <= window.starts_at and window.ends_at <= part.ends_at
    return whole and part.responder_id == responder_id
