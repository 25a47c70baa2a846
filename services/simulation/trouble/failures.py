"""Failures of a year: when each service fails, how badly, and how it is noticed; from the seed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import cycle
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from events.values.severity import Severity
from services.simulation.clockwork.draws import Draws
from services.simulation.company.staff import Company, Service
from services.simulation.trouble.failure_kinds import KINDS, FailureKind

A_YEAR: Final = 18.0  # failures of one service
REGULAR: Final = 5.0  # 1: without memory; more: the time between two is more often the same
FIRST: Final = timedelta(hours=2)  # there is a company by then
SEVERITIES: Final = {Severity.SEV1: 4, Severity.SEV2: 18, Severity.SEV3: 50, Severity.SEV4: 28}
WEEKEND: Final = frozenset({6, 7})
ON_A_WEEKEND: Final = 0.4  # of the failures of a working day
HOURS: Final = {
    **dict.fromkeys(range(24), 3),
    **dict.fromkeys(range(18, 22), 10),
    **dict.fromkeys(range(8, 18), 20),  # most follow what people do
}
COMES_BACK: Final = 0.06


class Noticed(StrEnum):
    """How a failure becomes an incident, and what kind of one."""

    MONITOR = "monitor"
    PERSON = "person"  # somebody declares it
    FALSE_ALARM = "false_alarm"  # the monitor is wrong
    LATER = "later"  # it was handled elsewhere, and is entered after the fact
    DRILL = "drill"


WAYS: Final = {
    Noticed.MONITOR: 76,
    Noticed.PERSON: 12,
    Noticed.FALSE_ALARM: 8,
    Noticed.LATER: 2,
    Noticed.DRILL: 2,
}


NOTHING_FAILED: Final = frozenset({Noticed.FALSE_ALARM, Noticed.DRILL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failure of one service."""

    number: int  # of its service, from 1
    service: Service
    kind: FailureKind
    severity: Severity
    began_at: datetime
    noticed: Noticed
    comes_back: bool = False  # after it was resolved
    beside: Service | None = None  # another one of its team, which may fail of it

    @property
    def name(self) -> str:
        """Return its name in the simulation's draws and in its monitor's dedup keys."""
        return f"{self.service.service_id}:{self.number}"


def failures(draws: Draws, company: Company, begins: datetime, ends: datetime) -> list[Failure]:
    """Return every failure between two instants, by time."""
    found = [
        replace(one, beside=_beside(company, service))
        for service in company.services
        for one in _of_service(draws, service, begins, ends)
    ]
    return sorted(found, key=lambda one: (one.began_at, one.name))


def _beside(company: Company, service: Service) -> Service | None:
    """Return the next service of the same team."""
    own = [one for one in company.services if one.team == service.team]
    following = own[(own.index(service) + 1) % len(own)]
    return None if following == service else following


def _of_service(
    draws: Draws, service: Service, begins: datetime, ends: datetime
) -> Iterator[Failure]:
    """Yield the failures of one service; no kind of them comes again before each other has come."""
    dice = draws.dice("failures", service.service_id)
    kinds = cycle(dice.sample(KINDS, len(KINDS)))
    for number, began_at in enumerate(_times(dice, service, begins, ends), 1):
        noticed = _chosen(dice, WAYS)
        yield Failure(
            number=number,
            service=service,
            kind=KINDS[0] if noticed in NOTHING_FAILED else next(kinds),
            severity=_chosen(dice, SEVERITIES),
            began_at=began_at,
            noticed=noticed,
            comes_back=noticed not in NOTHING_FAILED and dice.random() < COMES_BACK,
        )


def _times(dice: Random, service: Service, begins: datetime, ends: datetime) -> Iterator[datetime]:
    """Yield when the service fails: every few weeks, seldom at night and on weekends.

    With a few failures a quarter, times without any memory would be called repeats and heroes by
    chance alone, in one company of a dozen services or another.
    """
    zone = ZoneInfo(service.team.zone)
    apart = timedelta(days=365 / A_YEAR)
    at = begins - apart * dice.random()
    while True:
        at += apart * dice.gammavariate(REGULAR, 1 / REGULAR)
        began_at = _at_an_hour(dice, at.astimezone(zone)).astimezone(UTC)
        if at >= ends:
            return
        if begins + FIRST <= began_at < ends:
            yield began_at


def _at_an_hour(dice: Random, day: datetime) -> datetime:
    """Return a time on that day, or on the Monday after: most failures follow what people do."""
    if day.isoweekday() in WEEKEND and dice.random() > ON_A_WEEKEND:
        day += timedelta(days=2)
    hour = _chosen(dice, HOURS)
    second, milliseconds = dice.randrange(3600), dice.randrange(1000)
    begins = day.replace(hour=hour, minute=0, second=0, microsecond=0)
    return begins + timedelta(seconds=second, milliseconds=milliseconds)


def _chosen[Choice](dice: Random, weights: dict[Choice, int]) -> Choice:
    return dice.choices(list(weights), list(weights.values()))[0]
