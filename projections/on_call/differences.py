"""Difference of a schedule: who has which time now and had it not, and what becomes of coverage."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from events.ids import ResponderId
from events.on_call.final import shifts
from events.on_call.reports.coverage import coverage
from events.on_call.rota import Rota
from events.on_call.zones import zone
from events.schedule.state import Schedule
from projections.configuration.differences import differences, shown

AHEAD: Final = timedelta(days=28)  # every weekly pattern four times
DAY: Final = timedelta(days=1)
MOST: Final = 12  # lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Time that somebody has in the one schedule and not in the other."""

    responder_id: ResponderId
    starts_at: datetime
    ends_at: datetime  # exclusive


@differences.register
def _(after: Schedule, before: Any, command: Any) -> Sequence[str]:
    if not isinstance(before, Schedule) or before.schedule_id is None:
        return ["It is new.", *_coverage(None, after, command.at)]
    said = [
        f"{name}: {shown(old)} → {shown(new)}"
        for name, old, new in (
            ("name", before.name, after.name),
            ("team", before.team_id, after.team_id),
            ("zone", zone_of(before), zone_of(after)),
        )
        if old != new
    ]
    return [
        *said,
        *_people(before.rota, after.rota, command.at, zone_of(after)),
        *_coverage(before, after, command.at),
    ]


def zone_of(schedule: Schedule) -> str:
    """Return the zone in which a schedule's times are read."""
    return schedule.editions[-1].zone if schedule.editions else "UTC"


def _people(before: Rota, after: Rota, at: datetime, name: str) -> Iterator[str]:
    gone = grouped(lost(before, after, at), name)
    come = grouped(lost(after, before, at), name)
    lines = [
        *(f"{who} leaves {when}" for who, when in gone),
        *(f"{who} takes {when}" for who, when in come),
    ]
    yield from lines[:MOST]
    if len(lines) > MOST:
        yield f"and {len(lines) - MOST} more changes in the next four weeks"


def lost(one: Rota, other: Rota, at: datetime) -> list[Stretch]:
    """Return what everybody has in the one rota and not in the other, for the next four weeks."""
    had, has = (shifts(rota, at, at + AHEAD) for rota in (one, other))
    cuts = sorted({shift.starts_at for shift in (*had, *has)} | {at + AHEAD})
    running: dict[ResponderId, datetime] = {}
    found: list[Stretch] = []
    here, there = 0, 0
    for cut in cuts:
        while here < len(had) and had[here].ends_at <= cut:
            here += 1
        while there < len(has) and has[there].ends_at <= cut:
            there += 1
        now = set(had[here].responder_ids) if here < len(had) else set()
        now -= set(has[there].responder_ids) if there < len(has) else set()
        found += [
            Stretch(responder_id=who, starts_at=running.pop(who), ends_at=cut)
            for who in sorted(running)
            if who not in now
        ]
        for who in now:
            running.setdefault(who, cut)
    return found


def grouped(stretches: Sequence[Stretch], name: str) -> Iterator[tuple[str, str]]:
    """Yield each person with the times they lose: the same time of several weeks as one."""
    there = zone(name)
    counted: Counter[tuple[str, str]] = Counter()
    for one in stretches:
        begins, ends = one.starts_at.astimezone(there), one.ends_at.astimezone(there)
        if one.ends_at - one.starts_at < DAY:
            counted[one.responder_id, f"{begins:%A %H:%M} to {ends:%H:%M}"] += 1
        else:
            counted[one.responder_id, f"{begins:%a %d %b %H:%M} to {ends:%a %d %b %H:%M}"] += 1
    for (who, when), times in counted.items():
        yield who, f"{when} ({times} times in four weeks)" if times > 1 else when


def _coverage(before: Schedule | None, after: Schedule, at: datetime) -> Iterator[str]:
    new = coverage(after.rota, at, at + AHEAD).percent
    old = coverage(before.rota, at, at + AHEAD).percent if before else None
    if old is None:
        yield f"coverage of the next four weeks: {new:g} %"
    elif old != new:
        yield f"coverage {'falls' if new < old else 'rises'} from {old:g} % to {new:g} %"
