"""Postmortem theatre: much is promised after incidents, and little of it happens."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, timedelta
from typing import Final

from events.action_item.issue import IssueStatus
from events.action_item.item import ActionItemState, Priority
from events.postmortem.document.publishing import Missing
from events.values.severity import Severity
from projections.findings.finding import AGAIN, Finding, FindingState, PracticeMeasure
from projections.findings.judging import counted, judged, percent
from projections.findings.rates import rate
from projections.findings.record import PracticeRecord
from projections.findings.recurring import PastIncident
from projections.metrics.quarters import MetricWindow
from projections.practice.action_items import ActionItemRow
from projections.practice.postmortems import PostmortemRow

OVER: Final = (ActionItemState.DONE, ActionItemState.DROPPED, ActionItemState.SUPERSEDED)
# What was dropped was decided aloud, which is better than silence: it is neither late nor in time.
DECIDED: Final = (ActionItemState.DROPPED, ActionItemState.SUPERSEDED)
FEWEST_ITEMS: Final = 5
BAD: Final = (Severity.SEV1, Severity.SEV2)


def findings(record: PracticeRecord) -> Iterator[Finding]:
    """Yield what is measured of postmortem theatre."""
    thresholds = record.thresholds.postmortem_theatre
    today = record.now.astimezone(UTC).date()
    still = [one for one in record.items if one.state not in OVER]
    late = [one for one in still if one.due_on + timedelta(days=thresholds.overdue_days) < today]
    urgent = [one for one in late if one.priority is Priority.P1]
    yield _number(
        record, PracticeMeasure.OVERDUE_URGENT, urgent, still, thresholds.overdue_urgent_items
    )
    yield _rate(record, PracticeMeasure.OVERDUE, late, still, thresholds.overdue_percent)
    yield _on_time(record)
    age = timedelta(days=thresholds.never_started_days)
    old = [one for one in still if one.opened_at + age <= record.now]
    idle = [one for one in old if one.started_at is None]
    yield _rate(record, PracticeMeasure.NEVER_STARTED, idle, old, thresholds.overdue_percent)
    recent = [
        one for one in record.items if one.state not in OVER or _ended_within(one, record.window)
    ]
    moved = [one for one in recent if one.moves >= thresholds.due_date_moved]
    yield _number(record, PracticeMeasure.DUE_MOVED, moved, recent, 1)
    tracked = [one for one in recent if one.tracker_id is not None]
    closed = [
        one for one in tracked if one.state not in OVER and one.issue_status is IssueStatus.CLOSED
    ]
    yield _number(record, PracticeMeasure.UNEXPLAINED, closed, tracked, 1)
    yield _did_not_fix(record)
    published = [
        row
        for one, row in record.postmortems.items()
        if row.first_published_at is not None and one in record.counted
    ]
    hollow = [row for row in published if _is_hollow(record, row)]
    yield _of_postmortems(record, PracticeMeasure.UNREVIEWED, hollow, published)
    bad = [row for row in published if record.counted[row.incident_id].severity in BAD]
    hasty = [
        row
        for row in bad
        if row.spans < thresholds.editing_spans or row.words_by_people < thresholds.own_words
    ]
    yield _of_postmortems(record, PracticeMeasure.HASTY, hasty, bad)


def _did_not_fix(record: PracticeRecord) -> Finding:
    """Return what came again after that which was to prevent it was done, or while it is open."""
    failed = [fix for fix in record.fixes if _within(fix.again, record.window)]
    again = {one: None for fix in failed for one in _within(fix.again, record.window)}
    return Finding(
        measure=PracticeMeasure.FIX_DID_NOT_FIX,
        state=counted(len(failed), 1) if record.fixes else FindingState.TOO_FEW,
        value=len(failed),
        threshold=1,
        sample=len(record.fixes),
        evidence=(
            *record.items_as_evidence(fix.item for fix in failed),
            *record.past_as_evidence(again, AGAIN),
        ),
    )


def _within(incidents: Iterable[PastIncident], window: MetricWindow) -> list[PastIncident]:
    return [one for one in incidents if window.begin <= one.declared_at < window.end]


def _is_hollow(record: PracticeRecord, row: PostmortemRow) -> bool:
    """Return whether nothing follows from it, or nobody looked at it who had to."""
    at_once = timedelta(minutes=record.thresholds.postmortem_theatre.approved_within_minutes)
    asked = row.review_requested_at
    waved_through = asked is not None and any(one.at - asked < at_once for one in row.approvals)
    return waved_through or bool({Missing.ACTION_ITEMS, Missing.REVIEW} & {*row.missing})


def _of_postmortems(
    record: PracticeRecord,
    measure: PracticeMeasure,
    part: Sequence[PostmortemRow],
    whole: Sequence[PostmortemRow],
) -> Finding:
    return Finding(
        measure=measure,
        state=counted(len(part), 1) if whole else FindingState.TOO_FEW,
        value=len(part),
        threshold=1,
        sample=len(whole),
        evidence=record.evidence(row.incident_id for row in part),
    )


def _on_time(record: PracticeRecord) -> Finding:
    """Return how much of what was due was done by then."""
    begin, end = (one.astimezone(UTC).date() for one in record.window)
    due = [one for one in record.items if begin <= one.due_on < end and one.state not in DECIDED]
    late = [one for one in due if not _in_time(one)]
    value, enough = percent(len(due) - len(late), len(due)), len(due) >= FEWEST_ITEMS
    threshold = record.thresholds.postmortem_theatre.on_time_percent
    return Finding(
        measure=PracticeMeasure.ON_TIME,
        state=judged(value, threshold, enough=enough, below=True),
        value=value if enough else None,
        threshold=threshold,
        below=True,
        sample=len(due),
        evidence=record.items_as_evidence(late),
    )


def _in_time(item: ActionItemRow) -> bool:
    done = item.state is ActionItemState.DONE and item.ended_at is not None
    return done and item.ended_at.astimezone(UTC).date() <= item.due_on  # type: ignore[union-attr]


def _ended_within(item: ActionItemRow, window: MetricWindow) -> bool:
    return item.ended_at is not None and window.begin <= item.ended_at < window.end


def _number(
    record: PracticeRecord,
    measure: PracticeMeasure,
    part: Sequence[ActionItemRow],
    whole: Sequence[ActionItemRow],
    threshold: int,
) -> Finding:
    return Finding(
        measure=measure,
        state=counted(len(part), threshold) if whole else FindingState.TOO_FEW,
        value=len(part),
        threshold=threshold,
        sample=len(whole),
        evidence=record.items_as_evidence(part),
    )


def _rate(
    record: PracticeRecord,
    measure: PracticeMeasure,
    part: Sequence[ActionItemRow],
    whole: Sequence[ActionItemRow],
    threshold: int,
) -> Finding:
    evidence = record.items_as_evidence(part)
    return rate(measure, len(part), len(whole), threshold, evidence, fewest=FEWEST_ITEMS)
