"""Shifts of the tests, written down as they are, so that a report is tested on its own."""

from datetime import UTC, datetime, timedelta
from typing import Final

from events.ids import ResponderId
from events.on_call.rota import Duty, Shift

MONDAY: Final = datetime(2026, 11, 2, tzinfo=UTC)  # 00:00
HOUR: Final = timedelta(hours=1)
ADA, BEN, CLEO = map(ResponderId, ("ada", "ben", "cleo"))


def turns(*lengths: tuple[float, tuple[ResponderId, ...]], begin: datetime = MONDAY) -> list[Shift]:
    """Return shifts one after another, each of some hours with some people."""
    shifts = []
    for hours, people in lengths:
        end = begin + hours * HOUR
        duties = tuple(Duty(responder_id=one, layer_id="day") for one in people)
        shifts.append(Shift(starts_at=begin, ends_at=end, duties=duties))
        begin = end
    return shifts
