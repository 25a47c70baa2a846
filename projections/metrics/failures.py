"""Failures: how often a service was hit, for how long, and how long it ran between (MTBF)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from projections.metrics.quarters import MetricWindow

NONE: Final = timedelta(0)


class Hit(NamedTuple):
    """One incident's time on its service."""

    begin: datetime
    end: datetime | None  # None: it goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """How a service did in a window, or all of them together."""

    failures: int = 0  # that began in the window
    down: timedelta = NONE
    operating: timedelta = NONE  # what is left of the window

    @property
    def mtbf(self) -> timedelta | None:
        """Return the time between failures, to the microsecond; None where there was none."""
        return self.operating / self.failures if self.failures else None


def reliability(
    hits: Iterable[Hit], window: MetricWindow, defined_at: datetime, now: datetime
) -> Reliability:
    """Return how a service did from its definition on, and up to now."""
    begin, end = max(window.begin, defined_at), min(window.end, now)
    if begin >= end:
        return Reliability()
    failures, down = 0, NONE
    for failure in united(hits, now):
        failures += begin <= failure.begin < end
        down += max(min(failure.end, end) - max(failure.begin, begin), NONE)
    return Reliability(failures=failures, down=down, operating=end - begin - down)


class Failure(NamedTuple):
    """Time in which a service was hit without a pause."""

    begin: datetime
    end: datetime


def united(hits: Iterable[Hit], now: datetime) -> Iterator[Failure]:
    """Yield the failures in order: hits that overlap or touch are one."""
    going_on: Failure | None = None
    for begin, end in sorted((hit.begin, hit.end or max(now, hit.begin)) for hit in hits):
        if going_on is not None and begin <= going_on.end:
            going_on = Failure(going_on.begin, max(going_on.end, end))
            continue
        if going_on is not None:
            yield going_on
        going_on = Failure(begin, end)
    if going_on is not None:
        yield going_on


def pooled(services: Sequence[Reliability]) -> Reliability:
    """Return all services together: their hours and their failures are added up."""
    return Reliability(
        failures=sum(one.failures for one in services),
        down=sum((one.down for one in services), NONE),
        operating=sum((one.operating for one in services), NONE),
    )
