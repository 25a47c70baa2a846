"""Carried load: what on call took of one person in a stretch of time, by their own clock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from events.on_call.reports.periods import Period
from projections.load.bands import (
    Band,
    HoursEdition,
    band_at,
    broken_nights,
    disrupted_hours,
    hours_at,
)
from projections.metrics.interruptions import Interruption
from projections.metrics.quarters import MetricWindow

HALF_A_DAY: Final = timedelta(hours=12)
# What is looked at before a window, to know of a night or an interruption that began in it already.
LOOKED_BACK: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedLoad:
    """Load that one person carried; a night and an hour are of the time that first broke them."""

    responder_id: str
    hours_said: bool  # by the clock that they said is theirs; else by that of UTC
    interruptions: int
    while_on_call: int  # of the interruptions
    by_band: Mapping[Band, int]
    broken_nights: int
    disrupted_hours: int
    messages: int
    on_call: timedelta

    @property
    def out_of_hours(self) -> int:
        """Return the interruptions that were not in their work."""
        return self.interruptions - self.by_band[Band.WORK]

    @property
    def per_half_day(self) -> float | None:
        """Return the interruptions per 12 hours on call; None: they were not on call."""
        return self.while_on_call / (self.on_call / HALF_A_DAY) if self.on_call else None


def carried_by(
    responder_id: str,
    interruptions: Sequence[Interruption],
    editions: Sequence[HoursEdition],
    window: MetricWindow,
    on_call: Sequence[Period],
) -> CarriedLoad:
    """Return the load of one person; their interruptions begin some time before the window."""
    counted = [one for one in interruptions if within(window, one.began_at)]
    instants = [one.began_at for one in interruptions]
    bands = [band_at(hours_at(editions, one.began_at), one.began_at) for one in counted]
    nights, hours = broken_nights(editions, instants), disrupted_hours(editions, instants)
    return CarriedLoad(
        responder_id=responder_id,
        hours_said=bool(editions),
        interruptions=len(counted),
        while_on_call=sum(is_within(on_call, one.began_at) for one in counted),
        by_band={band: bands.count(band) for band in Band},
        broken_nights=sum(within(window, at) for at in nights.values()),
        disrupted_hours=sum(within(window, at) for at in hours.values()),
        messages=sum(one.messages for one in counted),
        on_call=sum((one.length for one in on_call), timedelta(0)),
    )


def within(window: MetricWindow, at: datetime) -> bool:
    """Return whether an instant is in the window."""
    return window.begin <= at < window.end


def is_within(periods: Collection[Period], at: datetime) -> bool:
    """Return whether an instant is in one of the periods."""
    return any(one.starts_at <= at < one.ends_at for one in periods)


def together(periods: Sequence[Period]) -> list[Period]:
    """Return the same time, each moment once, whatever the number of rotations."""
    merged: list[Period] = []
    for one in sorted(periods, key=lambda each: each.starts_at):
        if merged and one.starts_at <= merged[-1].ends_at:
            last = merged.pop()
            ends_at = max(last.ends_at, one.ends_at)
            one = Period(starts_at=last.starts_at, ends_at=ends_at)  # noqa: PLW2901
        merged.append(one)
    return merged
