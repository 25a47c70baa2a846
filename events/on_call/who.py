"""On call at an instant: the shift that is on in a schedule, and the next one."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from events.ids import ResponderId
from events.on_call.final import EARLIEST, LATEST, check_reach, same, shifts
from events.on_call.rota import Rota, Shift

HORIZON: Final = timedelta(days=366)  # nobody looks farther for the end of a shift
FIRST_LOOK: Final = timedelta(days=1)
WIDER: Final = 2  # each look is so much wider than the one before
INSTANT: Final = timedelta(microseconds=1)


def on_call(rota: Rota, at: datetime) -> Shift:
    """Return the shift that is on at an instant; its begin and end at most a year away."""
    check_reach(at, at + INSTANT)
    begin, end = max(at - FIRST_LOOK, EARLIEST), min(at + FIRST_LOOK, LATEST)
    [shift] = [one for one in shifts(rota, begin, end) if one.starts_at <= at < one.ends_at]
    starts_at = _began(rota, shift, at) if shift.starts_at == begin else shift.starts_at
    ends_at = _ends(rota, shift, at) if shift.ends_at == end else shift.ends_at
    return replace(shift, starts_at=starts_at, ends_at=ends_at)


def next_on_call(rota: Rota, at: datetime) -> Shift | None:
    """Return the next shift of other people, who are somebody; None if a year brings none."""
    check_reach(at, at + INSTANT)
    begin, look, last = at, FIRST_LOOK, min(at + HORIZON, LATEST)
    now: set[ResponderId] | None = None
    while begin < last:
        end = min(begin + look, last)
        for shift in shifts(rota, begin, end):
            people = set(shift.responder_ids)
            if now is None:
                now = people
            if people and people != now:
                return replace(shift, ends_at=_ends(rota, shift, shift.starts_at))
        begin, look = end, look * WIDER
    return None


def _ends(rota: Rota, shift: Shift, at: datetime) -> datetime:
    """Return when a shift ends, looking farther and farther ahead."""
    begin, look, last = shift.ends_at, FIRST_LOOK, min(at + HORIZON, LATEST)
    while begin < last:
        end = min(begin + look, last)
        first = shifts(rota, begin, end)[0]
        if not same(first, shift):
            return begin
        if first.ends_at < end:
            return first.ends_at
        begin, look = end, look * WIDER
    return last


def _began(rota: Rota, shift: Shift, at: datetime) -> datetime:
    """Return when a shift began, looking farther and farther back."""
    end, look, first = shift.starts_at, FIRST_LOOK, max(at - HORIZON, EARLIEST)
    while end > first:
        begin = max(end - look, first)
        last = shifts(rota, begin, end)[-1]
        if not same(last, shift):
            return end
        if last.starts_at > begin:
            return last.starts_at
        end, look = begin, look * WIDER
    return first
