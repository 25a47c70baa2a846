"""Query of the incident metrics: which incidents, in which window, measured from which stamps."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import ConfigDict, Field

from events.on_call.zones import UnknownZone
from projections.metrics.compat import DEFINITIONS, Compat
from projections.metrics.definitions import OURS, Measure, Measured, Span, Stamp
from projections.metrics.figures import CountedBy, FiguresWanted, GroupBy, TeamOf
from projections.metrics.quarters import (
    MetricWindow,
    Quarter,
    UnknownQuarter,
    quarter_at,
    quarter_named,
)
from services.api.http.formats import Choice, Instant, Name
from services.api.reading.reads import Number, ReadQuery
from services.api.reading.time_windows import within_reach
from services.request_refusals import Invalid, RequestInvalid

ONE_WAY: Final = "It says from when times are measured: leave tta_from and ttr_from out."
NOT_BOTH: Final = "Give a quarter, or `from` and `until`; not both."


class Private(StrEnum):
    """Whether private incidents that the caller knows of count, too."""

    EXCLUDE = "exclude"
    INCLUDE = "include"


class TakenFrom(StrEnum):
    """From when the time to acknowledge is measured."""

    CALLED = "called"
    DECLARED = "declared"


class EndedFrom(StrEnum):
    """From when the time to resolve is measured."""

    DETECTED = "detected"
    BEGAN = "began"
    DECLARED = "declared"


BEGINS: Final = MappingProxyType(
    {
        "called": Stamp.CALLED,
        "declared": Stamp.DECLARED,
        "detected": Stamp.DETECTED,
        "began": Stamp.BEGAN,
    }
)


class WindowQuery(ReadQuery):
    """Which stretch of time: a quarter, or from one instant to another."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=False)

    quarter: Annotated[
        str | None,
        Field(
            max_length=20,
            description="Such as 2026-Q4. Left out, and no `from`: the one that is now.",
        ),
    ] = None
    begin: Annotated[Instant | None, Field(alias="from")] = None
    until: Annotated[
        Instant | None, Field(description="Not included; left out, with a `from`: now.")
    ] = None
    zone: Annotated[
        str, Field(max_length=60, description="Whose midnights the quarter has: Europe/Berlin.")
    ] = "UTC"
    year_begins: Annotated[
        Number,
        Field(
            le=12,
            ge=1,
            description="Month in which the year begins; it has the name of the year it ends in.",
        ),
    ] = 1

    def window(self, now: datetime) -> tuple[Quarter | None, MetricWindow]:
        """Return the window, and the quarter if it is one.

        Raises: RequestInvalid.
        """
        if self.quarter is None and self.begin is not None:
            return None, self._between(self.begin, self.until or now)
        if self.begin is not None:
            raise RequestInvalid(Invalid(field="query.quarter", reason=NOT_BOTH))
        if self.until is not None:
            reason = NOT_BOTH if self.quarter else "Say from when: `until` is not enough."
            raise RequestInvalid(
                Invalid(field="query.quarter" if self.quarter else "query.from", reason=reason)
            )
        try:
            quarter = (
                quarter_at(now, self.zone, self.year_begins)
                if self.quarter is None
                else quarter_named(self.quarter, self.year_begins)
            )
            return quarter, quarter.window(self.zone)
        except UnknownQuarter as unknown:
            raise RequestInvalid(Invalid(field="query.quarter", reason=str(unknown))) from None
        except UnknownZone as unknown:
            raise RequestInvalid(Invalid(field="query.zone", reason=unknown.detail)) from None

    def _between(self, begin: datetime, end: datetime) -> MetricWindow:
        within_reach("query.from", begin)
        within_reach("query.until", end)
        if begin >= end:
            field = "query.until" if self.until else "query.from"
            raise RequestInvalid(Invalid(field=field, reason="`from` has to be before `until`."))
        return MetricWindow(begin, end)


class MetricsQuery(WindowQuery):
    """Which incidents count, and how they are measured."""

    group: Choice[GroupBy] | None = None
    service: Name | None = None
    team: Name | None = None
    team_of: Annotated[
        Choice[TeamOf],
        Field(description="Whose an incident is: the team that owned its service then, or now."),
    ] = TeamOf.DECLARATION
    by: Annotated[Choice[CountedBy], Field(description="What has to be in the window.")] = (
        CountedBy.DECLARED
    )
    private: Annotated[
        Choice[Private], Field(description="Include: those that you may know of count, too.")
    ] = Private.EXCLUDE
    tta_from: Choice[TakenFrom] = TakenFrom.CALLED
    ttr_from: Choice[EndedFrom] = EndedFrom.DETECTED
    compat: Annotated[
        Choice[Compat] | None,
        Field(description="Measure as this product does; the answer says how that is."),
    ] = None

    def wanted(self, window: MetricWindow, now: datetime) -> FiguresWanted:
        """Return what the figures are asked for; who may see what is not in it."""
        return FiguresWanted(
            window=window,
            now=now,
            by=self.by,
            group=self.group,
            service_id=self.service,
            team_id=self.team,
            team_of=self.team_of,
            private=self.private is Private.INCLUDE,
            only_resolved=self.compat is not None and DEFINITIONS[self.compat].only_resolved,
            spans=self._spans(),
        )

    def _spans(self) -> Mapping[Measure, Measured]:
        """Return from when to when each measure is taken.

        Raises: RequestInvalid.
        """
        own = self.tta_from is TakenFrom.CALLED and self.ttr_from is EndedFrom.DETECTED
        if self.compat is not None and not own:
            raise RequestInvalid(Invalid(field="query.compat", reason=ONE_WAY))
        if self.compat is not None:
            return DEFINITIONS[self.compat].spans
        return {
            **OURS,
            Measure.TTA: Span(BEGINS[self.tta_from], Stamp.ACKNOWLEDGED),
            Measure.TTR: Span(BEGINS[self.ttr_from], Stamp.RESOLVED),
        }
