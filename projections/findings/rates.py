"""Rates: findings that are a part of a whole, in percent."""

from projections.findings.finding import Evidence, Finding, PracticeMeasure
from projections.findings.judging import FEWEST_IN_A_RATE, judged, percent, rated


def rate(
    measure: PracticeMeasure,
    part: int,
    whole: int,
    threshold: int,
    evidence: tuple[Evidence, ...],
    *,
    fewest: int | None = None,
) -> Finding:
    """Return the finding of a part, found above the threshold; of fewer nothing can be told.

    Without `fewest` it is a rate of what happens by itself, and chance is taken into account.
    """
    value, enough = percent(part, whole), whole >= (fewest or FEWEST_IN_A_RATE)
    by_itself = fewest is None
    return Finding(
        measure=measure,
        state=rated(part, whole, threshold)
        if by_itself
        else judged(value, threshold, enough=enough),
        value=value if enough else None,
        threshold=threshold,
        sample=whole,
        evidence=evidence,
    )
