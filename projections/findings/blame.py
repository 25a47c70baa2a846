"""Blame: people are asked to be better, where the system should be."""

from collections.abc import Collection, Iterator
from typing import Final
from uuid import UUID

from events.action_item.hints import SECTION
from events.postmortem.document.branches import ENDS_AT_A_PERSON
from events.wording.hints import hints_in
from events.wording.language import RuleName
from projections.findings.finding import Finding, FindingState, PracticeMeasure
from projections.findings.judging import counted, judged
from projections.findings.own_changes import change_of
from projections.findings.record import PracticeRecord
from projections.practice.postmortems import PostmortemRow

HINTS: Final = frozenset(RuleName)
A_THOUSAND: Final = 1_000  # words, below which a rate of hints tells nothing


def findings(record: PracticeRecord) -> Iterator[Finding]:
    """Yield what is measured of blame, in what was published and what was promised."""
    yield _names(record)
    yield _hints(record)
    yield _promises(record)
    yield _persons_as_causes(record)
    yield _own_changes_unheard(record)


def _names(record: PracticeRecord) -> Finding:
    """Return how often people are named where causes are."""
    published = _published(record)
    named = {one: _left(row, (RuleName.NAME,)) for one, row in published.items()}
    number, threshold = sum(named.values()), record.thresholds.blame.names
    return Finding(
        measure=PracticeMeasure.NAMES,
        state=counted(number, threshold) if published else FindingState.TOO_FEW,
        value=number,
        threshold=threshold,
        sample=len(published),
        evidence=record.evidence(one for one, times in named.items() if times),
    )


def _hints(record: PracticeRecord) -> Finding:
    """Return how many hints were left when it was published, by its words."""
    published = _published(record)
    left = {one: _left(row) for one, row in published.items()}
    words = sum(row.words_by_people for row in published.values())
    value = A_THOUSAND * sum(left.values()) / words if words else 0.0
    threshold, enough = record.thresholds.blame.hints_per_1000_words, words >= A_THOUSAND
    return Finding(
        measure=PracticeMeasure.HINTS,
        state=judged(value, threshold, enough=enough),
        value=value if enough else None,
        threshold=threshold,
        sample=len(published),
        evidence=record.evidence(one for one, hints in left.items() if hints),
    )


def _persons_as_causes(record: PracticeRecord) -> Finding:
    """Return how many branches of factors ended at a person when they were published."""
    published = _published(record)
    ends = {one: _left(row, (ENDS_AT_A_PERSON,)) for one, row in published.items()}
    number, threshold = sum(ends.values()), record.thresholds.blame.branches_ending_at_a_person
    return Finding(
        measure=PracticeMeasure.PERSON_AS_CAUSE,
        state=counted(number, threshold) if published else FindingState.TOO_FEW,
        value=number,
        threshold=threshold,
        sample=len(published),
        evidence=record.evidence(one for one, branches in ends.items() if branches),
    )


def _own_changes_unheard(record: PracticeRecord) -> Finding:
    """Return where nobody heard the person with whose change it began. It is shown, never found."""
    published = _published(record)
    changed: dict[UUID, set[str]] = {}
    for one in record.factors:
        change = change_of(one)
        who = None if change is None else record.changed_by.get(change)
        if who is not None and one.incident_id in published:
            changed.setdefault(one.incident_id, set()).add(who)
    alone = {one: f"responder:{who}" for one, (who, *others) in changed.items() if not others}
    wrote: dict[UUID, set[str]] = {one: {*published[one].edited_by} for one in alone}
    for factor in record.factors:
        if factor.incident_id in wrote:
            wrote[factor.incident_id].add(factor.recorded_by)
    silent = [one for one, who in alone.items() if who not in wrote[one]]
    watched = FindingState.WATCH if silent else FindingState.OK
    return Finding(
        measure=PracticeMeasure.OWN_CHANGE_UNHEARD,
        state=watched if alone else FindingState.TOO_FEW,
        value=len(silent),
        threshold=0,
        sample=len(alone),
        evidence=record.evidence(silent),
    )


def _published(record: PracticeRecord) -> dict[UUID, PostmortemRow]:
    return {
        one: row
        for one, row in record.postmortems.items()
        if row.first_published_at is not None and one in record.counted
    }


def _left(row: PostmortemRow, rules: Collection[str] = HINTS) -> int:
    return sum(one.count for one in row.hints_left if one.rule in rules)


def _promises(record: PracticeRecord) -> Finding:
    opened = [
        one for one in record.items if record.window.begin <= one.opened_at < record.window.end
    ]
    promises = [one for one in opened if promises_attention(one.text)]
    threshold = record.thresholds.blame.promises
    state = counted(len(promises), threshold) if opened else FindingState.TOO_FEW
    return Finding(
        measure=PracticeMeasure.PROMISES,
        state=state,
        value=len(promises),
        threshold=threshold,
        sample=len(opened),
        evidence=record.items_as_evidence(promises),
    )


def promises_attention(text: str) -> bool:
    """Return whether an action item promises more attention instead of changing something."""
    return any(hint.rule is RuleName.PROMISE for hint in hints_in(text, SECTION))
