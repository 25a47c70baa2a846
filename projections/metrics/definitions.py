"""Definitions: from when to when each number is measured, and when it has no value.

A stamp's name is that of its column, so the figures in SQL and those of one row are the same.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from events.incident.modes import Mode


class Stamp(StrEnum):
    """A moment of an incident as it is believed."""

    BEGAN = "began_at"
    DETECTED = "detected_at"  # the declaration, unless somebody said otherwise
    DECLARED = "declared_at"
    CALLED = "called_at"  # when somebody was first asked to take it
    ACKNOWLEDGED = "acknowledged_at"  # the first time
    MITIGATED = "mitigated_at"
    RESOLVED = "resolved_at"  # the last time
    FIRST_RESOLVED = "first_resolved_at"
    STARTED = "started_at"  # it began, else it was declared
    TAKEN_OR_OVER = "taken_or_over_at"  # acknowledged, else resolved
    TAKEN_BY_DECLARING = "taken_by_declaring_at"  # whoever declares one has taken it at once


class Measure(StrEnum):
    """One number of an incident."""

    TTD = "ttd"  # until it was detected
    TTA = "tta"  # until somebody took it
    TTM = "ttm"  # until the impact stopped
    TTR = "ttr"  # until it was over
    TTR_FIRST = "ttr_first"  # until it was over for the first time
    TTA_BUSINESS = "tta_business"  # the same in business hours only
    TTR_BUSINESS = "ttr_business"


class Span(NamedTuple):
    """From one stamp to another."""

    begin: Stamp
    end: Stamp


class BusinessTime(NamedTuple):
    """The part of a span that is in the business hours of the captured policy: its column."""

    column: str
    from_call: bool = False


type Measured = Span | BusinessTime


class Answer(StrEnum):
    """Whether somebody answered the call for an incident; one answer in each."""

    ANSWERED = "answered"
    UNACKNOWLEDGED = "unacknowledged"  # they were called, and nobody took it
    TAKEN_BEFORE_CALLED = "taken_before_called"
    NOBODY_CALLED = "nobody_called"  # or not yet
    RETROSPECTIVE = "retrospective"  # it was entered after the fact


SPANS: Final[Mapping[Measure, Span]] = MappingProxyType(
    {
        Measure.TTD: Span(Stamp.BEGAN, Stamp.DETECTED),
        Measure.TTA: Span(Stamp.CALLED, Stamp.ACKNOWLEDGED),
        Measure.TTM: Span(Stamp.DETECTED, Stamp.MITIGATED),
        Measure.TTR: Span(Stamp.DETECTED, Stamp.RESOLVED),
        Measure.TTR_FIRST: Span(Stamp.DETECTED, Stamp.FIRST_RESOLVED),
    }
)
BUSINESS: Final[Mapping[Measure, Measure]] = MappingProxyType(
    {Measure.TTA_BUSINESS: Measure.TTA, Measure.TTR_BUSINESS: Measure.TTR}
)
OURS: Final[Mapping[Measure, Measured]] = MappingProxyType(
    {
        **SPANS,
        Measure.TTA_BUSINESS: BusinessTime("tta_business_us", from_call=True),
        Measure.TTR_BUSINESS: BusinessTime("ttr_business_us"),
    }
)
ANSWERS: Final = frozenset({Measure.TTA, Measure.TTA_BUSINESS})

PERCENTILES: Final = (50, 75, 90, 95)
ALWAYS: Final = 50
WHOLE: Final = 100


class Stamped(Protocol):
    """What has the stamps of an incident."""

    @property
    def mode(self) -> Mode: ...  # noqa: D102
    @property
    def called_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def acknowledged_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def taken_before_called(self) -> bool: ...  # noqa: D102


def answer_to(incident: Stamped, now: datetime) -> Answer:
    """Return whether the call for the incident was answered by now."""
    if incident.mode is Mode.BACKFILLED:
        return Answer.RETROSPECTIVE
    called, taken = incident.called_at, incident.acknowledged_at
    if taken is None:
        waits = called is None or called > now
        return Answer.NOBODY_CALLED if waits else Answer.UNACKNOWLEDGED
    if called is None:
        before = incident.taken_before_called
        return Answer.TAKEN_BEFORE_CALLED if before else Answer.NOBODY_CALLED
    return Answer.TAKEN_BEFORE_CALLED if taken < called else Answer.ANSWERED


def span_of(incident: Stamped, span: Span) -> timedelta | None:
    """Return how long it took; None where a stamp is missing, or they cannot be in that order."""
    begin: datetime | None = getattr(incident, span.begin)
    end: datetime | None = getattr(incident, span.end)
    return None if begin is None or end is None or end < begin else end - begin


def microseconds(
    incident: Stamped, measure: Measure, now: datetime, spans: Mapping[Measure, Measured] = OURS
) -> int | None:
    """Return the value of one measure; None where it has none."""
    measured = spans.get(measure)
    if measured is None or not _means_something(measure, measured, answer_to(incident, now)):
        return None
    if isinstance(measured, BusinessTime):
        value: int | None = getattr(incident, measured.column)
        return value
    span = span_of(incident, measured)
    return None if span is None else span // timedelta(microseconds=1)


def _means_something(measure: Measure, measured: Measured, answer: Answer) -> bool:
    if measure not in ANSWERS:
        return True
    return (
        answer is Answer.ANSWERED
        if is_from_call(measured)
        else (answer is not Answer.RETROSPECTIVE)
    )


def is_from_call(measured: Measured) -> bool:
    """Return whether an answer is measured from the call: who was not called has no value then."""
    if isinstance(measured, BusinessTime):
        return measured.from_call
    return measured.begin is Stamp.CALLED


def percentile_shown(percentile: int, count: int) -> bool:
    """Return whether so few values say anything of a percentile; of the median they always do."""
    return count > 0 and (percentile == ALWAYS or count * (WHOLE - percentile) >= WHOLE)
