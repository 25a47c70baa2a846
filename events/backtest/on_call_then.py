"""On call in the past: rotas expanded once for a whole period, and looked up by the instant."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from events.escalation.target import Turn
from events.ids import ResponderId, ScheduleId
from events.on_call.final import LATEST, shifts
from events.on_call.rota import Edition, Rota, Shift
from events.on_call.who import HORIZON
from events.page.resolving import whose_turn


def as_if_always(rota: Rota, edition: Edition) -> Rota:
    """Return the rota as if it had said nothing but this; its overrides stay."""
    return replace(rota, editions=(edition,))


class OnCallThen:
    """Who was on call: the answers of `whose_turn`, for many instants of one period."""

    def __init__(self, rotas: Mapping[ScheduleId, Rota], begin: datetime, end: datetime) -> None:
        self._rotas = rotas
        self._begin, self._end = begin, end
        self._expanded: dict[ScheduleId, _Expanded] = {}

    def people(
        self, schedule_id: ScheduleId, turn: Turn, at: datetime
    ) -> tuple[ResponderId, ...] | None:
        """Return who was on call, or after them; None: there is no such schedule."""
        rota = self._rotas.get(schedule_id)
        if rota is None:
            return None
        if not self._begin <= at < self._end:
            return whose_turn(rota, turn, at)
        if schedule_id not in self._expanded:
            self._expanded[schedule_id] = _Expanded(rota, self._begin, self._end)
        expanded = self._expanded[schedule_id]
        return expanded.at(at) if turn is Turn.CURRENT else expanded.after(at)

    def zone_of(self, schedule_id: ScheduleId) -> str | None:
        """Return the zone in which a schedule's times are read."""
        rota = self._rotas.get(schedule_id)
        return rota.editions[-1].zone if rota and rota.editions else None


class _Expanded:
    """Shifts of one schedule; once somebody is looked for beyond the period, of a year more."""

    def __init__(self, rota: Rota, begin: datetime, end: datetime) -> None:
        self._rota, self._begin, self._end = rota, begin, end
        self._farthest = min(end + HORIZON, LATEST)
        self._expand(end)

    def at(self, at: datetime) -> tuple[ResponderId, ...]:
        return self._shifts[self._index(at)].responder_ids

    def after(self, at: datetime) -> tuple[ResponderId, ...]:
        following = self._following[self._index(at)]
        if following is None and self._end < self._farthest:
            self._expand(self._farthest)
            following = self._following[self._index(at)]
        if following is None or self._shifts[following].starts_at >= at + HORIZON:
            return ()
        return self._shifts[following].responder_ids

    def _expand(self, end: datetime) -> None:
        self._end = end
        self._shifts = shifts(self._rota, self._begin, end)
        self._starts = [shift.starts_at for shift in self._shifts]
        self._following = _following(self._shifts)

    def _index(self, at: datetime) -> int:
        return bisect_right(self._starts, at) - 1


def _following(found: Sequence[Shift]) -> list[int | None]:
    """Return for each shift the next one of other people, who are somebody."""
    people = [frozenset(shift.responder_ids) for shift in found]
    following: list[int | None] = [None] * len(found)
    somebody: int | None = None  # the next shift with anybody in it
    for index in range(len(found) - 1, -1, -1):
        following[index] = somebody
        if somebody is not None and people[somebody] == people[index]:
            following[index] = following[somebody]
        if people[index]:
            somebody = index
    return following
