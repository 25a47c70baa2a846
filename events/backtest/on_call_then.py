"""On call in the past: rotas expanded once for a whole period, and looked up by the instant."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from events.escalation.target import Turn
from events.ids import ResponderId, ScheduleId
from events.on_call.final import shifts
from events.on_call.rota import Edition, Rota, Shift
from events.on_call.who import next_on_call
from events.page.resolving import whose_turn


def as_if_always(rota: Rota, edition: Edition) -> Rota:
    """Return the rota as if it had said nothing but this; its overrides stay."""
    return replace(rota, editions=(edition,))


class OnCallThen:
    """Who was on call: the answers of `whose_turn`, for many instants of one period."""

    def __init__(self, rotas: Mapping[ScheduleId, Rota], begin: datetime, end: datetime) -> None:
        self._rotas = rotas
        self._begin, self._end = begin, end
        self._expanded: dict[ScheduleId, tuple[Sequence[Shift], Sequence[datetime]]] = {}

    def people(
        self, schedule_id: ScheduleId, turn: Turn, at: datetime
    ) -> tuple[ResponderId, ...] | None:
        """Return who was on call, or after them; None: there is no such schedule."""
        rota = self._rotas.get(schedule_id)
        if rota is None:
            return None
        if not self._begin <= at < self._end:
            return whose_turn(rota, turn, at)
        found, starts = self._shifts(schedule_id, rota)
        index = bisect_right(starts, at) - 1
        now = found[index]
        if turn is Turn.CURRENT:
            return now.responder_ids
        others = (
            shift.responder_ids
            for shift in found[index + 1 :]
            if shift.duties and set(shift.responder_ids) != set(now.responder_ids)
        )
        following = next(others, None)
        if following is not None:
            return following
        later = next_on_call(rota, at)
        return later.responder_ids if later else ()

    def zone_of(self, schedule_id: ScheduleId) -> str | None:
        """Return the zone in which a schedule's times are read."""
        rota = self._rotas.get(schedule_id)
        return rota.editions[-1].zone if rota and rota.editions else None

    def _shifts(
        self, schedule_id: ScheduleId, rota: Rota
    ) -> tuple[Sequence[Shift], Sequence[datetime]]:
        if schedule_id not in self._expanded:
            found = shifts(rota, self._begin, self._end)
            self._expanded[schedule_id] = found, [shift.starts_at for shift in found]
        return self._expanded[schedule_id]
