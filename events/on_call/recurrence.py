"""Recurrence rule of RFC 5545: the hand-offs of a rotation, the starts of a maintenance window.

`python-dateutil` reads and expands it. What it finds is kept as numbers, once for a rule in a zone,
so that a question costs a search in them and not the way from the anchor.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from threading import Lock
from typing import Final, Self

from dateutil.rrule import rrule, rrulestr

from events.errors import Unprocessable
from events.on_call.zones import instant_of, zone

PARTS: Final = frozenset(
    (
        *("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYSETPOS", "BYMONTH", "BYMONTHDAY"),
        *("BYYEARDAY", "BYWEEKNO", "BYDAY", "BYHOUR", "BYMINUTE"),
    )
)
PATIENCE: Final = {
    "YEARLY": 30,
    "MONTHLY": 240,
    "WEEKLY": 1_100,
    "DAILY": 7_700,
    "HOURLY": 9_000,
}  # years, months … without a hand-off, after which there will be none: twenty years and more
SHAPE: Final = re.compile(r"[A-Z]+=[A-Z0-9,+-]+(;[A-Z]+=[A-Z0-9,+-]+)*")
WALL: Final = re.compile(r"\d{8}(T\d{6})?")
NUMBERED: Final = re.compile(r"\d")
LONGEST: Final = 400  # characters
WIDEST: Final = 1_000  # INTERVAL
SAMPLE: Final = 1_000  # hand-offs that are looked at,
LOOKED_AT: Final = timedelta(days=800)  # as far as they come in this time
MOST: Final = 500_000  # hand-offs of one rule: each hour for 57 years; then it has ended
A_DAY: Final = 24  # hand-offs
DAY: Final = timedelta(days=1)
RULES_KEPT: Final = 256


class RecurrenceInvalid(Unprocessable):
    """The recurrence rule cannot be used."""


class _Paced(int):
    """Interval that ends a rule which goes on and on without a hand-off.

    `dateutil` adds the interval once for each period and would look for the 30th of February until
    the year 9999.
    """

    left: int
    patience: int

    @classmethod
    def of(cls, interval: int, patience: int) -> Self:
        paced = cls(interval)
        paced.left = paced.patience = patience
        return paced

    def found(self) -> None:
        self.left = self.patience

    def _spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise StopSearching

    def __radd__(self, other: int) -> int:
        self._spend()
        return int(self) + other

    def __mul__(self, other: int) -> int:
        self._spend()
        return int(self) * other


class StopSearching(Exception):
    """The rule had no hand-off for so long that it has none any more."""


def _parts(text: str) -> dict[str, str]:
    """Return the rule's parts by name, each of which is one that this program knows."""
    if len(text) > LONGEST or not SHAPE.fullmatch(text):
        raise RecurrenceInvalid(
            f"{text[:60]} is no recurrence rule: write one such as FREQ=WEEKLY;BYDAY=MO,TH, "
            f"in capitals and at most {LONGEST} characters long.",
            rrule=text[:LONGEST],
        )
    named = [part.partition("=") for part in text.split(";")]
    parts = {name: value for name, _, value in named}
    if unknown := sorted(parts.keys() - PARTS):
        raise RecurrenceInvalid(
            f"{text} has {unknown[0]}: use {', '.join(sorted(PARTS))}; it begins with its "
            "first instance.",
            rrule=text,
        )
    if len(named) != len(parts):
        raise RecurrenceInvalid(f"{text} has a part twice: write each once.", rrule=text)
    if parts.get("FREQ") not in PATIENCE:
        raise RecurrenceInvalid(
            f"{text} comes too often: FREQ is one of {', '.join(PATIENCE)}.", rrule=text
        )
    if not WALL.fullmatch(parts.get("UNTIL", "20270131")):
        raise RecurrenceInvalid(
            f"{text} has an UNTIL that is no wall clock: write 20270131T090000, without a zone.",
            rrule=text,
        )
    if parts["FREQ"] not in {"MONTHLY", "YEARLY"} and NUMBERED.search(parts.get("BYDAY", "")):
        raise RecurrenceInvalid(
            f"{text} counts weekdays: only a MONTHLY or YEARLY rule can, as in BYDAY=1MO.",
            rrule=text,
        )
    return parts


def _walls(text: str, anchor: datetime) -> Iterator[datetime]:
    """Yield the anchor and every later instance, as clocks show them."""
    parts = _parts(text)
    try:
        rule = rrulestr(text, dtstart=anchor)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as malformed:
        raise RecurrenceInvalid(
            f"{text} is no recurrence rule ({malformed}): write one such as "
            "FREQ=WEEKLY;BYDAY=MO,TH.",
            rrule=text,
        ) from malformed
    interval = int(parts.get("INTERVAL", "1"))
    if not isinstance(rule, rrule) or not 1 <= interval <= WIDEST:
        raise RecurrenceInvalid(f"{text} has an INTERVAL outside 1 to {WIDEST}.", rrule=text)
    paced = _Paced.of(interval, PATIENCE[parts["FREQ"]])
    yield anchor
    instances = iter(rule.replace(interval=paced))
    while (shown := _next(instances, paced, text)) is not None:
        if shown > anchor:
            yield shown


def _next(instances: Iterator[datetime], paced: _Paced, text: str) -> datetime | None:
    """Return the next instance; None where nobody searches on."""
    try:
        shown = next(instances, None)
        if shown is not None:
            paced.found()
    except StopSearching:
        return None
    except ValueError as empty:  # dateutil: an interval and hours that never meet
        raise RecurrenceInvalid(f"{text} never comes again ({empty}).", rrule=text) from empty
    return shown


def check_recurrence(text: str, anchor: datetime) -> None:
    """Refuse a rule that is malformed, never comes again, or does so more than hourly."""
    walls: list[datetime] = []
    for shown in islice(_walls(text, anchor), SAMPLE):
        walls.append(shown)
        if len(walls) > 1 and shown > anchor + LOOKED_AT:
            break
    if len(walls) == 1:
        raise RecurrenceInvalid(f"{text} never comes again.", rrule=text)
    if any(later - earlier < DAY for earlier, later in zip(walls, walls[A_DAY:], strict=False)):
        raise RecurrenceInvalid(f"{text} comes more than {A_DAY} times a day.", rrule=text)


class Instances:
    """Instants at which a rule hands over, as far as anybody asked."""

    def __init__(self, text: str, anchor: datetime, zone_name: str) -> None:
        self._walls = _walls(text, anchor)
        self._zone = zone(zone_name)
        self._seconds = array("q")  # since 1970, each later than the one before
        self._ended = False
        self._lock = Lock()  # activities ask from several threads

    def passed(self, at: datetime) -> int:
        """Return how many hand-offs there were up to an instant, that one included."""
        second = int(at.timestamp() // 1)
        with self._lock:
            while not self._ended and (not self._seconds or self._seconds[-1] <= second):
                self._grow()
            return bisect_right(self._seconds, second)

    def instance(self, number: int) -> datetime | None:
        """Return a hand-off by its number; None where the rule has ended before."""
        with self._lock:
            while not self._ended and len(self._seconds) <= number:
                self._grow()
            if number >= len(self._seconds):
                return None
            return datetime.fromtimestamp(self._seconds[number], UTC)

    def _grow(self) -> None:
        shown = next(self._walls, None)
        if shown is None or len(self._seconds) >= MOST:
            self._ended = True
            return
        second = int(instant_of(shown, self._zone).timestamp())
        if not self._seconds or second > self._seconds[-1]:
            self._seconds.append(second)


@lru_cache(maxsize=RULES_KEPT)
def instances(text: str, anchor: datetime, zone_name: str) -> Instances:
    """Return the hand-offs of a rule; the same object for the same rule."""
    return Instances(text, anchor, zone_name)
