"""Periods: when one person is on call without a pause, and where two lists meet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.ids import ResponderId
from events.on_call.rota import Shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Time from one instant to another."""

    starts_at: datetime
    ends_at: datetime  # exclusive

    @property
    def length(self) -> timedelta:
        """Return how long it is, whatever the clocks do meanwhile."""
        return self.ends_at - self.starts_at


def periods(shifts: Iterable[Shift]) -> dict[ResponderId, list[Period]]:
    """Return when each person is on call; a change of the others does not cut it in two."""
    found: dict[ResponderId, list[Period]] = {}
    for shift in shifts:
        for responder_id in shift.responder_ids:
            so_far = found.setdefault(responder_id, [])
            goes_on = bool(so_far) and so_far[-1].ends_at == shift.starts_at
            starts_at = so_far.pop().starts_at if goes_on else shift.starts_at
            so_far.append(Period(starts_at=starts_at, ends_at=shift.ends_at))
    return found


def meetings(ones: Sequence[Period], others: Sequence[Period]) -> Iterator[tuple[Period, int, int]]:
    """Yield where two lists meet, with the places in them; each is in order, without overlaps."""
    i = j = 0
    while i < len(ones) and j < len(others):
        one, other = ones[i], others[j]
        starts_at = max(one.starts_at, other.starts_at)
        ends_at = min(one.ends_at, other.ends_at)
        if starts_at < ends_at:
            yield Period(starts_at=starts_at, ends_at=ends_at), i, j
        if one.ends_at <= other.ends_at:
            i += 1
        else:
            j += 1
