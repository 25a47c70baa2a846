"""Population of a report: every incident that counts in a window, each with its own numbers."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from math import floor
from operator import attrgetter
from typing import Final
from uuid import UUID

from msgspec import Struct

from projections.engine.rows import Reader
from projections.metrics.definitions import Measure
from projections.metrics.figures import FiguresWanted, ask_chosen, value_of

MEASURES: Final = (Measure.TTD, Measure.TTA, Measure.TTM, Measure.TTR)
FEWEST: Final = 5  # incidents; below it there is a list, and no mean


class Counted(Struct, frozen=True, kw_only=True):
    """One incident that counts, with its numbers in microseconds; None: it has no value."""

    incident_id: UUID
    reference: str
    title: str
    service_id: str | None
    team: str | None
    severity: str | None
    cause: str | None
    declared_at: datetime
    open: bool
    reopened: int
    retrospective: bool
    corrected: bool
    part: bool  # of a greater one
    ttd: int | None
    tta: int | None
    ttm: int | None
    ttr: int | None

    def value(self, measure: Measure) -> int | None:
        """Return the value of one of the four measures."""
        value: int | None = getattr(self, measure.value)
        return value


COUNTED: Final = """
select incident_id, reference, title, service_id, team, severity, cause, declared_at,
    resolved_at is null and closed_at is null as open, reopened,
    mode = 'backfilled' as retrospective, jsonb_array_length(corrected) > 0 as corrected,
    part_of is not null as part, {values}
from chosen where counts order by declared_position
"""


async def population(reader: Reader, wanted: FiguresWanted) -> list[Counted]:
    """Return the incidents that count, in the order of their declaration."""
    values = ", ".join(f"{value_of(measure, wanted.spans)} as {measure}" for measure in MEASURES)
    records = await ask_chosen(reader, wanted, COUNTED.format(values=values))
    return [Counted(**record) for record in records]


class Spread(Struct, frozen=True, kw_only=True):
    """What the values of one measure come to, in microseconds."""

    values: tuple[int, ...]  # the least first

    @property
    def n(self) -> int:
        """Return how many values there are."""
        return len(self.values)

    @property
    def mean(self) -> Fraction | None:
        """Return the exact mean; None: there is no value."""
        return Fraction(sum(self.values), self.n) if self.values else None

    @property
    def median(self) -> Fraction | None:
        """Return the median; None: there is no value."""
        return self.percentile(50) if self.values else None

    def percentile(self, percent: int) -> Fraction:
        """Return a percentile, linear between two ranks, as PostgreSQL's percentile_cont does."""
        place = Fraction(percent * (self.n - 1), 100)
        below = floor(place)
        low, high = self.values[below], self.values[min(below + 1, self.n - 1)]
        return low + (high - low) * (place - below)


def spread(incidents: Sequence[Counted], measure: Measure) -> Spread:
    """Return the values of one measure."""
    values = map(attrgetter(measure.value), incidents)
    return Spread(values=tuple(sorted(value for value in values if value is not None)))
