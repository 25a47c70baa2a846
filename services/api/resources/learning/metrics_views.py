"""Views of the incident metrics."""

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Annotated, Final

from pydantic import ConfigDict, Field

from projections.metrics.compat import DEFINITIONS, Compat
from projections.metrics.definitions import Answer, Measure
from projections.metrics.facts import Teller
from projections.metrics.failures import Reliability
from projections.metrics.figures import CountedBy, Distribution, Figures
from services.api.http.formats import Instant, View

MILLISECOND: Final = 1_000  # microseconds
PERCENT: Final = 100


def seconds(microseconds: float | Fraction | None) -> float | None:
    """Return seconds with three decimals, half up; no value stays none."""
    if microseconds is None:
        return None
    return half_up(Fraction(microseconds) / MILLISECOND) / 1_000


def half_up(value: Fraction) -> int:
    """Return the nearest whole number, the greater one of two."""
    return (value + Fraction(1, 2)).__floor__()


def seconds_of(span: timedelta | None) -> float | None:
    """Return a time as seconds with three decimals."""
    return None if span is None else seconds(span // timedelta(microseconds=1))


class DistributionView(View):
    """One measure. What has no value is not in it, and is never 0."""

    n: Annotated[int, Field(description="Incidents with a value.")]
    of: Annotated[int, Field(description="Incidents that count.")]
    mean_seconds: Annotated[float | None, Field(description="Exact, to the millisecond.")]
    min_seconds: float | None
    max_seconds: float | None
    p50_seconds: float | None
    p75_seconds: Annotated[float | None, Field(description="Null below 4 values.")]
    p90_seconds: Annotated[float | None, Field(description="Null below 10 values.")]
    p95_seconds: Annotated[float | None, Field(description="Null below 20 values.")]
    impossible_order: Annotated[
        int, Field(description="Their stamps cannot have been in that order: no value.")
    ]


class DetectionView(DistributionView):
    """Time to detect, and who said when the impact had begun."""

    by_monitor: Annotated[
        DistributionView, Field(description="By the monitor's own clock: it measures the alerting.")
    ]
    by_person: DistributionView


class AnswerView(DistributionView):
    """Time to acknowledge, and why the others have none."""

    unacknowledged: Annotated[int, Field(description="Somebody was called, and nobody took it.")]
    taken_before_called: int
    nobody_called: Annotated[int, Field(description="Or not yet.")]
    retrospective: int


class FiguresView(View):
    """What some incidents come to."""

    count: int
    open: int
    reopened: int
    retrospective: Annotated[int, Field(description="Entered after the fact.")]
    corrected: Annotated[int, Field(description="With a corrected stamp.")]
    parts: Annotated[int, Field(description="Of greater incidents; each counts.")]
    ttd: DetectionView
    tta: AnswerView
    ttm: DistributionView
    ttr: DistributionView
    ttr_first: Annotated[DistributionView, Field(description="To the first resolution.")]
    tta_business: Annotated[
        DistributionView, Field(description="In the business hours of the captured policy only.")
    ]
    ttr_business: DistributionView


class GroupView(FiguresView):
    """The incidents of one service, severity or team; `none`: those without one."""

    key: str


class WindowView(View):
    """Window of the figures."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    quarter: str | None
    zone: str
    begin: Annotated[Instant, Field(alias="from")]
    until: Instant
    hours: Annotated[float, Field(description="As clocks count them: Berlin's Q1 has 2159.")]
    by: CountedBy


class LeftOutView(View):
    """Incidents of the window that do not count, and why."""

    drill: int
    declined: int
    merged: int


class ReliabilityView(View):
    """How often a service was hit, and the time between failures; SEV4 is no failure."""

    failures: Annotated[int, Field(description="Hits that overlap or touch are one.")]
    down_seconds: float
    operating_seconds: Annotated[float, Field(description="The window without that time.")]
    mtbf_seconds: Annotated[float | None, Field(description="Null: there was no failure.")]


class CauseView(View):
    """One category of primary factors."""

    category: str
    count: int
    percent: Annotated[int, Field(description="Of all incidents that count.")]


class OpenIncidentView(View):
    """One incident that is open."""

    incident_id: str
    reference: str


class CompatView(View):
    """How a product measures, in whose way the figures are."""

    product: Compat
    definitions: list[str]
    without: Annotated[
        list[Measure], Field(description="What it has no number for: none has a value here.")
    ]


class IncidentMetricsView(FiguresView):
    """Figures of a window, with what was left out and where its incidents are listed."""

    compat: Annotated[CompatView | None, Field(description="Null: as we measure.")]
    window: WindowView
    preliminary: Annotated[
        bool, Field(description="Incidents are open, or the window is not over yet.")
    ]
    left_out: LeftOutView
    by_severity: dict[str, int]
    by_service: Annotated[
        dict[str, int],
        Field(description="Without those whose team keeps its incidents to itself."),
    ]
    by_team: dict[str, int]
    causes: list[CauseView]
    no_cause: int
    services: dict[str, ReliabilityView]
    all_services: Annotated[
        ReliabilityView, Field(description="Hours and failures of all together.")
    ]
    groups: list[GroupView]
    open_incidents: Annotated[
        list[OpenIncidentView], Field(description="At most 50, those that you may know of.")
    ]
    incidents: Annotated[str, Field(description="Address of the incidents behind the figures.")]
    csv: Annotated[str, Field(description="Address of the same as CSV.")]


def distribution_view(one: Distribution, of: int) -> dict[str, float | int | None]:
    """Return the members of a distribution's view."""
    mean = Fraction(one.total, one.n) if one.n else None
    return {
        "n": one.n,
        "of": of,
        "mean_seconds": seconds(mean),
        "min_seconds": seconds(one.least),
        "max_seconds": seconds(one.most),
        "impossible_order": one.impossible,
        **{
            f"p{percentile}_seconds": seconds(one.percentiles.get(percentile))
            for percentile in (50, 75, 90, 95)
        },
    }


def figures_view(found: Figures) -> dict[str, object]:
    """Return the members of the figures' view."""
    counts = found.counts

    def of(measure: Measure) -> dict[str, float | int | None]:
        return distribution_view(found.of(measure), counts.incidents)

    def said_by(teller: Teller) -> DistributionView:
        one = counts.detected_by.get(teller, Distribution())
        return DistributionView.model_validate(distribution_view(one, counts.incidents))

    why_none = {
        one.value: counts.answers.get(one, 0) for one in Answer if one is not Answer.ANSWERED
    }
    plain = (
        *(Measure.TTM, Measure.TTR, Measure.TTR_FIRST),
        *(Measure.TTA_BUSINESS, Measure.TTR_BUSINESS),
    )
    return {
        "count": counts.incidents,
        "open": counts.open,
        "reopened": counts.reopened,
        "retrospective": counts.retrospective,
        "corrected": counts.corrected,
        "parts": counts.parts,
        "ttd": {
            **of(Measure.TTD),
            "by_monitor": said_by(Teller.MONITOR),
            "by_person": said_by(Teller.PERSON),
        },
        "tta": {**of(Measure.TTA), **why_none},
        **{measure.value: of(measure) for measure in plain},
    }


def compat_view(product: Compat | None) -> CompatView | None:
    """Return how a product measures; None: as we do."""
    if product is None:
        return None
    says = DEFINITIONS[product]
    without = [measure for measure in Measure if measure not in says.spans]
    return CompatView(product=product, definitions=list(says.sentences), without=without)


def reliability_view(one: Reliability) -> ReliabilityView:
    """Return a service's view."""
    return ReliabilityView(
        failures=one.failures,
        down_seconds=seconds_of(one.down) or 0.0,
        operating_seconds=seconds_of(one.operating) or 0.0,
        mtbf_seconds=seconds_of(one.mtbf),
    )


def causes_view(causes: Mapping[str, int], of: int) -> list[CauseView]:
    """Return the causes, the most frequent first; those of one number by name."""
    ordered = sorted(causes.items(), key=lambda one: (-one[1], one[0]))
    return [
        CauseView(category=category, count=count, percent=half_up(Fraction(count * PERCENT, of)))
        for category, count in ordered
    ]
