"""Due notices of a schedule: what people are to be told now, and when to look again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from events.hand_off.cover import of_cover
from events.hand_off.notices import Notice, NoticeKind
from events.ids import ResponderId
from events.on_call.final import shifts
from events.on_call.reports.coverage import Gap, GapCause, coverage
from events.on_call.rota import Rota, Shift
from events.on_call.who import on_call
from events.schedule.cover.state import CoverRequests

AHEAD: Final = timedelta(days=14)  # how far gaps are looked for
BEFORE: Final = timedelta(days=8)  # a shift of a week is seen whole when it ends
WEEK: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
LATE: Final = timedelta(hours=1)  # after a hand-off nobody needs to be told of it any more
UNPLANNED: Final = {GapCause.PERSON_GONE, GapCause.OVERRIDE}  # somebody would be there but for it
LONG: Final = timedelta(hours=23)  # shifts that people plan for; a day may lose an hour


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """Time in which one person is on call without a break, with whomever."""

    responder_id: ResponderId
    starts_at: datetime
    ends_at: datetime  # exclusive


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNotices:
    """What is to be told now, and when to look again even if nothing changes."""

    notices: tuple[Notice, ...]
    again_at: datetime


def due_notices(
    rota: Rota, given: Mapping[str, Notice], now: datetime, requests: CoverRequests = ()
) -> DueNotices:
    """Return the notices that are due now and were not given.

    A shift that came up late is told of at once, by the nearest of its notices only; what was told
    and holds no more is called off.
    """
    found = stints(rota, now - BEFORE, now + AHEAD)
    notices = [
        *(notice for stint in found for notice in _of_stint(stint, found, now)),
        *_called_off(found, given, now),
        *_of_gaps(rota, now),
        *of_cover(requests, now),
    ]
    fresh = {one.name: one for one in notices if one.name not in given}
    return DueNotices(notices=tuple(fresh.values()), again_at=_again_at(rota, found, requests, now))


def stints(rota: Rota, begin: datetime, end: datetime) -> tuple[Stint, ...]:
    """Return everybody's stints between two instants; they are cut off there."""
    found: list[Stint] = []
    running: dict[ResponderId, Stint] = {}
    for shift in shifts(rota, begin, end):
        people = shift.responder_ids
        found += [running.pop(who) for who in list(running) if who not in people]
        for who in people:
            started = running.get(who)
            starts_at = started.starts_at if started else shift.starts_at
            running[who] = Stint(responder_id=who, starts_at=starts_at, ends_at=shift.ends_at)
    return tuple(sorted([*found, *running.values()], key=lambda one: one.starts_at))


def _of_stint(stint: Stint, found: tuple[Stint, ...], now: datetime) -> Iterator[Notice]:
    kind = _kind_of(stint, now)
    if kind is NoticeKind.IN_A_WEEK and _has_one_before(stint, found):
        kind = None  # they are at it anyway, and hear of it the day before
    notice = Notice(
        kind=NoticeKind.ENDS,
        responder_id=stint.responder_id,
        starts_at=stint.starts_at,
        ends_at=stint.ends_at,
    )
    if kind is not None:
        yield replace(notice, kind=kind)
    if stint.ends_at <= now < stint.ends_at + LATE:
        yield notice


def _kind_of(stint: Stint, now: datetime) -> NoticeKind | None:
    """Return the nearest notice of a shift's begin, None if it is too early or too late for all."""
    begins, is_long = stint.starts_at, stint.ends_at - stint.starts_at >= LONG
    if begins <= now:
        return NoticeKind.BEGINS if now < begins + LATE else None
    if begins - DAY <= now:
        return NoticeKind.TOMORROW if is_long else None
    return NoticeKind.IN_A_WEEK if begins - WEEK <= now and is_long else None


def _has_one_before(stint: Stint, found: tuple[Stint, ...]) -> bool:
    return any(
        one.responder_id == stint.responder_id
        and stint.starts_at - WEEK < one.ends_at <= stint.starts_at
        for one in found
    )


def _called_off(
    found: tuple[Stint, ...], given: Mapping[str, Notice], now: datetime
) -> Iterator[Notice]:
    for one in given.values():
        ahead = one.kind in {NoticeKind.IN_A_WEEK, NoticeKind.TOMORROW} and one.starts_at > now
        if ahead and not any(_covers(stint, one) for stint in found):
            yield replace(one, kind=NoticeKind.CALLED_OFF)


def _covers(stint: Stint, notice: Notice) -> bool:
    same = stint.responder_id == notice.responder_id
    return same and stint.starts_at <= notice.starts_at < stint.ends_at


def _of_gaps(rota: Rota, now: datetime) -> Iterator[Notice]:
    by_design: list[Gap] = []
    for gap in coverage(rota, now, now + AHEAD).gaps:
        if gap.cause not in UNPLANNED:
            by_design.append(gap)
        elif gap.starts_at > now:
            yield _gap(NoticeKind.GAP_AHEAD, gap)
        else:
            yield _gap(NoticeKind.UNCOVERED, on_call(rota, now))
    if by_design:
        since = rota.editions[-1].holds_from
        ends_at = max(since, *(gap.ends_at for gap in by_design))
        yield Notice(kind=NoticeKind.GAP_BY_DESIGN, starts_at=since, ends_at=ends_at)


def _gap(kind: NoticeKind, gap: Gap | Shift) -> Notice:
    return Notice(kind=kind, starts_at=gap.starts_at, ends_at=gap.ends_at)


def _again_at(
    rota: Rota, found: tuple[Stint, ...], requests: CoverRequests, now: datetime
) -> datetime:
    """Return the next instant at which a notice may become due: a day from now at the latest."""
    instants = [
        instant
        for stint in found
        for instant in (
            stint.starts_at - WEEK,
            stint.starts_at - DAY,
            stint.starts_at,
            stint.ends_at,
        )
    ]
    instants += [gap.starts_at for gap in coverage(rota, now, now + AHEAD).gaps]
    instants += [part.starts_at for one in requests for part in one.open_parts(now)]
    return min(one for one in [*instants, now + DAY] if one > now)
