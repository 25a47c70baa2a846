"""Shares of a rotation: what each of its people carries, against the equal share of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

from events.ids import ResponderId
from events.on_call.holiday_dates import is_holiday
from events.on_call.reports.fairness import Load, balance, fairness
from events.on_call.reports.periods import Period, periods
from events.on_call.rota import Duty, HolidayCalendar, Shift
from events.on_call.zones import zone
from projections.load.bands import HoursEdition, hours_at
from projections.load.carried import is_within
from projections.metrics.interruptions import Interruption

FEWEST_SHOWN: Final = 3  # of two, whoever knows their own number knows the other's

type EditionsOf = Mapping[str, Sequence[HoursEdition]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Share that one person has of a rotation."""

    load: Load
    interruptions: int  # while they were on call in it


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationShares:
    """All shares of a rotation; a balance is the mean over pairs of the smaller of the larger."""

    shares: tuple[Share, ...]  # by name
    balance: int  # of hours, in percent, as all of them
    night_balance: int
    weekend_balance: int
    holiday_balance: int
    interruption_balance: int

    @property
    def interruptions(self) -> int:
        """Return how often people were interrupted while they were on call in it."""
        return sum(one.interruptions for one in self.shares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How a number is spread over people, without saying who has which."""

    people: int
    least: float
    median: float
    most: float
    mean: float


def shares_of(
    final: Sequence[Shift],
    holidays: HolidayCalendar,
    interruptions: Sequence[Interruption],
    editions: EditionsOf,
) -> RotationShares:
    """Return the shares of a rotation over a part of its final schedule, which is not empty."""

    def zone_of(duty: Duty) -> ZoneInfo:
        said = editions.get(duty.responder_id, ())
        return zone(hours_at(said, final[-1].ends_at).zone)

    def is_free(day: date) -> bool:
        return is_holiday(holidays, day)

    found, turns = fairness(final, zone_of, is_free), periods(final)
    shares = tuple(
        Share(load=load, interruptions=interrupted(interruptions, turns, load.responder_id))
        for load in sorted(found.loads, key=lambda one: one.responder_id)
    )
    return RotationShares(
        shares=shares,
        balance=found.balance,
        night_balance=found.night_balance,
        weekend_balance=found.weekend_balance,
        holiday_balance=balance(one.load.on_holidays for one in shares),
        interruption_balance=balance(timedelta(seconds=one.interruptions) for one in shares),
    )


def interrupted(
    interruptions: Sequence[Interruption],
    turns: Mapping[ResponderId, Sequence[Period]],
    responder_id: ResponderId,
) -> int:
    """Return how often a person was interrupted in their turns."""
    theirs = turns.get(responder_id, ())
    return sum(
        one.responder_id == responder_id and is_within(theirs, one.began_at)
        for one in interruptions
    )


def equal_share[Item](items: Sequence[Item], of: Callable[[Item], float]) -> float:
    """Return what each would have if all had the same."""
    return sum(map(of, items)) / len(items) if items else 0.0


def spread(values: Sequence[float]) -> Spread | None:
    """Return how numbers of people are spread; None: of so few, one would be known from it."""
    if len(values) < FEWEST_SHOWN:
        return None
    mean = Fraction(sum(map(Fraction, values)), len(values))
    return Spread(
        people=len(values),
        least=min(values),
        median=median(values),
        most=max(values),
        mean=float(mean),
    )
