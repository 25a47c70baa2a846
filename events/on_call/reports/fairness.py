"""Fairness of a schedule: hours, nights, weekends and holidays of each person, and the balance."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from events.ids import ResponderId
from events.on_call.reports.periods import periods
from events.on_call.rota import Duty, Shift
from events.on_call.zones import instant

NIGHT_BEGINS: Final = time(22)
NIGHT_ENDS: Final = time(6)
EVEN: Final = 95  # percent: from here on a balance is as good as a perfect one
_SATURDAY: Final = 5  # as `date.weekday` counts

type IsHoliday = Callable[[date], bool]
type ZoneOf = Callable[[Duty], ZoneInfo]  # by whose clocks a duty has nights and weekends


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Load of one person in a period."""

    responder_id: ResponderId
    on_call: timedelta
    at_night: timedelta  # from 22:00 to 06:00 where they are
    at_weekends: timedelta  # Saturdays and Sundays
    on_holidays: timedelta
    nights: int  # on any part of which they are on call
    shifts: int  # without a pause between


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """How evenly a schedule is shared; people by how long they are on call, the most first.

    A balance is the mean over all pairs of the smaller share of the larger, in percent.
    """

    starts_at: datetime
    ends_at: datetime
    loads: tuple[Load, ...]
    balance: int  # of time on call
    night_balance: int
    weekend_balance: int
    overloaded: tuple[ResponderId, ...]  # more than the mean, where the balance is not even


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Part of a day that is one kind of time as a whole."""

    starts_at: datetime
    ends_at: datetime
    night_of: date | None  # the evening it began
    weekend: bool
    holiday: bool


@dataclass(slots=True, kw_only=True)
class Tally:
    """One person's load so far."""

    on_call: timedelta = timedelta(0)
    at_night: timedelta = timedelta(0)
    at_weekends: timedelta = timedelta(0)
    on_holidays: timedelta = timedelta(0)
    nights: set[date] = field(default_factory=set)

    def add(self, part: Part, length: timedelta) -> None:
        """Count some time within one part of a day."""
        self.on_call += length
        if part.night_of is not None:
            self.at_night += length
            self.nights.add(part.night_of)
        if part.weekend:
            self.at_weekends += length
        if part.holiday:
            self.on_holidays += length


def fairness(final: Sequence[Shift], zone_of: ZoneOf, is_holiday: IsHoliday) -> Fairness:
    """Return how evenly a part of the final schedule is shared. It must not be empty."""
    starts_at, ends_at = final[0].starts_at, final[-1].ends_at
    tallies = tallied(final, zone_of, is_holiday)
    turns = periods(final)
    loads = [
        Load(
            responder_id=responder_id,
            on_call=tally.on_call,
            at_night=tally.at_night,
            at_weekends=tally.at_weekends,
            on_holidays=tally.on_holidays,
            nights=len(tally.nights),
            shifts=len(turns[responder_id]),
        )
        for responder_id, tally in tallies.items()
    ]
    even = balance([load.on_call for load in loads])
    return Fairness(
        starts_at=starts_at,
        ends_at=ends_at,
        loads=tuple(sorted(loads, key=lambda load: (-load.on_call, load.responder_id))),
        balance=even,
        night_balance=balance([load.at_night for load in loads]),
        weekend_balance=balance([load.at_weekends for load in loads]),
        overloaded=() if even >= EVEN else tuple(overloaded(loads)),
    )


def tallied(
    final: Sequence[Shift], zone_of: ZoneOf, is_holiday: IsHoliday
) -> Mapping[ResponderId, Tally]:
    """Return each person's load, by the clocks of the zone that each duty goes by."""
    days: dict[ZoneInfo, list[Part]] = {}
    tallies: dict[ResponderId, Tally] = {}
    for shift in final:
        for duty in shift.duties:
            zone = zone_of(duty)
            if zone not in days:
                days[zone] = list(
                    parts_of_days(final[0].starts_at, final[-1].ends_at, zone, is_holiday)
                )
            tally = tallies.setdefault(duty.responder_id, Tally())
            for part, length in parts_within(days[zone], shift):
                tally.add(part, length)
    return tallies


def parts_within(parts: Sequence[Part], shift: Shift) -> Iterator[tuple[Part, timedelta]]:
    """Yield the parts of days that a shift has something of, and how much."""
    place = bisect_right(parts, shift.starts_at, key=lambda part: part.ends_at)
    while place < len(parts) and parts[place].starts_at < shift.ends_at:
        part = parts[place]
        length = min(part.ends_at, shift.ends_at) - max(part.starts_at, shift.starts_at)
        yield part, length
        place += 1


def parts_of_days(
    begin: datetime, end: datetime, zone: ZoneInfo, is_holiday: IsHoliday
) -> Iterator[Part]:
    """Yield the parts of every day between two instants, and of the days around them, in order."""
    day = begin.astimezone(zone).date() - timedelta(days=1)
    last = end.astimezone(zone).date()
    while day <= last:
        cuts = [
            (time(0), day - timedelta(days=1)),
            (NIGHT_ENDS, None),
            (NIGHT_BEGINS, day),
        ]
        following = instant(day + timedelta(days=1), time(0), zone)
        instants = [*(instant(day, wall, zone) for wall, _ in cuts), following]
        weekend, holiday = day.weekday() >= _SATURDAY, is_holiday(day)
        for (_, night_of), starts_at, ends_at in zip(
            cuts, instants[:-1], instants[1:], strict=True
        ):
            if starts_at < ends_at:  # a zone may skip a whole day
                yield Part(
                    starts_at=starts_at,
                    ends_at=ends_at,
                    night_of=night_of,
                    weekend=weekend,
                    holiday=holiday,
                )
        day += timedelta(days=1)


def balance(lengths: Iterable[timedelta]) -> int:
    """Return the mean over all pairs of the smaller share of the larger, in whole percent.

    From 95 on it counts as 100; so does what nobody shares. Two who have nothing are even.
    """
    ordered = sorted(length / timedelta(seconds=1) for length in lengths)
    pairs = len(ordered) * (len(ordered) - 1) / 2
    if not pairs:
        return 100
    smaller = total = 0.0
    for place, length in enumerate(ordered):
        total += smaller / length if length else place
        smaller += length
    percent = int(100 * total / pairs + 1e-9)
    return 100 if percent >= EVEN else percent


def overloaded(loads: Sequence[Load]) -> Iterator[ResponderId]:
    """Yield who is on call for longer than the mean, the longest first."""
    mean = sum((load.on_call for load in loads), timedelta(0)) / max(len(loads), 1)
    for load in sorted(loads, key=lambda one: (-one.on_call, one.responder_id)):
        if load.on_call > mean:
            yield load.responder_id
