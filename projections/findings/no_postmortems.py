"""No postmortems: incidents are over, and nobody asks what they had to tell."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from events.postmortem.document.terms import Demand
from events.postmortem.due import due_at
from events.postmortem.state import PostmortemState
from events.values.severity import Severity
from projections.findings.finding import AGAIN, Evidence, Finding, FindingState, PracticeMeasure
from projections.findings.judging import counted
from projections.findings.rates import rate
from projections.findings.record import PracticeRecord
from projections.metrics.facts import FactsRow

FEWEST: Final = 5  # postmortems
WITHOUT: Final = ": it has no postmortem"
ASKED_FOR: Final = (Severity.SEV1, Severity.SEV2)


def findings(record: PracticeRecord) -> Iterator[Finding]:
    """Yield what is measured of missing postmortems."""
    thresholds = record.thresholds.no_postmortems
    bad = {one: row for one, row in record.counted.items() if row.severity in ASKED_FOR}
    due = [one for one, row in bad.items() if _is_due(record, row)]
    missing = [one for one in due if not _has_one(record, one)]
    yield Finding(
        measure=PracticeMeasure.MISSING,
        state=counted(len(missing), thresholds.missing) if due else FindingState.TOO_FEW,
        value=len(missing),
        threshold=thresholds.missing,
        sample=len(due),
        evidence=record.evidence(missing),
    )
    begun = [one for one in record.counted if one in record.postmortems]
    waived = [one for one in begun if record.postmortems[one].state is PostmortemState.WAIVED]
    ended = [*waived, *(one for one in begun if _is_published(record, one))]
    yield _rate(record, PracticeMeasure.WAIVED, waived, ended, thresholds.waived_percent)
    published = [one for one in begun if _is_published(record, one)]
    without = [one for one in published if one not in record.explained]
    limit = thresholds.no_primary_factor_percent
    yield _rate(record, PracticeMeasure.NO_CAUSE, without, published, limit)
    yield _repeats(record)


def _repeats(record: PracticeRecord) -> Finding:
    """Return what came again; what nobody had written of, with that said of it, stands first."""
    thresholds = record.thresholds.no_postmortems
    within = timedelta(days=thresholds.repeats_within_days)
    repeats = record.past.repeats(record.window, within)
    unheard = [one for one in repeats if one.earlier.incident_id not in record.past.heard]
    heard = [one for one in repeats if one.earlier.incident_id in record.past.heard]
    evidence: list[Evidence] = []
    for those, said in ((unheard, WITHOUT), (heard, "")):
        for one in those:
            evidence += record.past_as_evidence((one.later,), AGAIN)
            evidence += record.past_as_evidence((one.earlier,), said)
    sample = sum(one.cause is not None for one in record.counted.values())
    enough = bool(sample or repeats)
    return Finding(
        measure=PracticeMeasure.REPEATS,
        state=counted(len(repeats), thresholds.repeats) if enough else FindingState.TOO_FEW,
        value=len(repeats),
        threshold=thresholds.repeats,
        sample=max(sample, len(repeats)),
        evidence=tuple({(one.id, one.name): one for one in evidence}.values()),
    )


def _is_due(record: PracticeRecord, row: FactsRow) -> bool:
    """Return whether the time in which a postmortem is written is over."""
    days = record.thresholds.no_postmortems.missing_after_business_days
    demand = Demand(severity=Severity.SEV2, days=days)
    due = due_at(demand, row.resolved_at, row.calendar)
    return due is not None and due <= record.now


def _has_one(record: PracticeRecord, incident_id: UUID) -> bool:
    row = record.postmortems.get(incident_id)
    waived = row is not None and row.state is PostmortemState.WAIVED
    return waived or _is_published(record, incident_id)


def _is_published(record: PracticeRecord, incident_id: UUID) -> bool:
    """Return whether an edition is out, whatever is written on meanwhile."""
    row = record.postmortems.get(incident_id)
    return row is not None and row.first_published_at is not None


def _rate(
    record: PracticeRecord,
    measure: PracticeMeasure,
    part: Sequence[UUID],
    whole: Sequence[UUID],
    threshold: int,
) -> Finding:
    evidence = record.evidence(part)
    return rate(measure, len(part), len(whole), threshold, evidence, fewest=FEWEST)
