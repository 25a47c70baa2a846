"""Alert fatigue: so much noise that nobody listens any more."""

from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import Final
from uuid import UUID

from events.page.purpose import Purpose
from projections.findings.finding import Finding, FindingState, PracticeMeasure
from projections.findings.judging import FEWEST_IN_A_RATE, judged, percent
from projections.findings.rates import rate
from projections.findings.record import PracticeRecord
from projections.load.bands import hours_at, night_at
from projections.load.carried import HALF_A_DAY, within
from projections.metrics.definitions import Measure, microseconds
from projections.metrics.facts import FactsRow
from projections.paging.paged_incidents import PagedIncidentRow
from projections.practice.loudest import IN_VAIN, AlertOutcome
from projections.reports.comparison import FEWEST, Trend, p_value, trend

WEEK: Final = timedelta(days=7)
FEWEST_WEEKS: Final = 4
FEWEST_ON_CALL: Final = timedelta(days=7)
UNLIKELY: Final = 0.02  # p below it: answers are slower; of healthy teams, one in a hundred is so


def findings(record: PracticeRecord) -> Iterator[Finding]:
    """Yield what is measured of alert fatigue."""
    yield _interruptions(record)
    yield _broken_nights(record)
    yield _nothing_done(record)
    yield _first_level_silent(record)
    yield _slower(record)
    yield _actionable(record)


def _interruptions(record: PracticeRecord) -> Finding:
    people = record.load.people.values()
    on_call = sum((one.on_call for one in people), timedelta(0))
    number = sum(one.while_on_call for one in people)
    enough = on_call >= FEWEST_ON_CALL
    value = number / (on_call / HALF_A_DAY) if on_call else 0.0
    threshold = record.thresholds.alert_fatigue.interruptions_per_12_hours
    inside = (one for one in record.on_call.interruptions if within(record.window, one.began_at))
    return Finding(
        measure=PracticeMeasure.INTERRUPTIONS,
        state=judged(value, threshold, enough=enough),
        value=value if enough else None,
        threshold=threshold,
        sample=number,
        evidence=record.evidence(incident for one in inside for incident in one.incidents),
    )


def _broken_nights(record: PracticeRecord) -> Finding:
    """Return the broken nights a week of whoever had most."""
    most = max(
        record.load.people.values(),
        key=lambda one: (one.broken_nights, one.responder_id),
        default=None,
    )
    weeks = (record.window.end - record.window.begin) / WEEK
    enough = weeks >= FEWEST_WEEKS and most is not None
    value = most.broken_nights / weeks if most is not None and weeks else 0.0
    threshold = record.thresholds.alert_fatigue.broken_nights_per_week
    woke: list[UUID] = []
    if most is not None:
        editions = record.on_call.editions.get(most.responder_id, ())
        for one in record.on_call.interruptions:
            theirs = one.responder_id == most.responder_id and within(record.window, one.began_at)
            if theirs and night_at(hours_at(editions, one.began_at), one.began_at):
                woke += one.incidents
    return Finding(
        measure=PracticeMeasure.BROKEN_NIGHTS,
        state=judged(value, threshold, enough=enough),
        value=value if enough else None,
        threshold=threshold,
        sample=most.broken_nights if most is not None else 0,
        person=most.responder_id if most is not None and value > threshold else None,
        evidence=record.evidence(woke),
    )


def _nothing_done(record: PracticeRecord) -> Finding:
    """Return how much of what alerts opened was acknowledged, and that was all."""
    over = {one for one, outcome in record.outcomes.items() if outcome is not AlertOutcome.OPEN}
    only = {one for one in over if record.outcomes[one] is AlertOutcome.ACKNOWLEDGED}
    threshold = record.thresholds.alert_fatigue.nothing_done_percent
    return _rate(record, PracticeMeasure.NOTHING_DONE, only, over, threshold)


def _actionable(record: PracticeRecord) -> Finding:
    """Return how much of what alerts opened, and is over, anybody worked on."""
    over = {one for one, outcome in record.outcomes.items() if outcome is not AlertOutcome.OPEN}
    worked = {one for one in over if record.outcomes[one] is AlertOutcome.WORKED}
    value = percent(len(worked), len(over))
    enough = len(over) >= FEWEST_IN_A_RATE
    threshold = record.thresholds.alert_fatigue.actionable_percent
    return Finding(
        measure=PracticeMeasure.ACTIONABLE,
        state=judged(value, threshold, enough=enough, below=True),
        value=value if enough else None,
        threshold=threshold,
        below=True,
        sample=len(over),
        evidence=record.evidence(one for one in over if record.outcomes[one] in IN_VAIN),
    )


def _first_level_silent(record: PracticeRecord) -> Finding:
    """Return how many pages the first level let pass."""
    pages = [
        (incident, silent) for incident, row in record.paged.items() for silent in _silent(row)
    ]
    threshold = record.thresholds.alert_fatigue.first_level_silent_percent
    silent = [incident for incident, was in pages if was]
    measure, evidence = PracticeMeasure.FIRST_LEVEL_SILENT, record.evidence(silent)
    return rate(measure, len(silent), len(pages), threshold, evidence)


def _slower(record: PracticeRecord) -> Finding:
    """Return whether calls are answered later than in as long a time before, chance aside."""
    answers = ((one, _answered_in(row)) for one, row in record.counted.items())
    now = {one: took for one, took in answers if took is not None}
    before = [took for row in record.before if (took := _answered_in(row)) is not None]
    after = [*now.values()]
    enough = min(len(before), len(after)) >= FEWEST
    usual = median(before) if before else 0
    value = median(after) / usual if enough and usual else None
    longer = trend(before, after) is Trend.LONGER
    found = longer and p_value(before, after) < UNLIKELY
    state = FindingState.FOUND if found else FindingState.OK
    return Finding(
        measure=PracticeMeasure.SLOWER,
        state=state if value is not None else FindingState.TOO_FEW,
        value=value,
        threshold=1,
        sample=len(now),
        evidence=record.evidence(one for one, took in now.items() if took > usual),
    )


def _answered_in(row: FactsRow) -> int | None:
    """Return in how many microseconds a call was answered; None: it was none, or was not."""
    if row.declined_as is not None:
        return None
    return microseconds(row, Measure.TTA, row.acknowledged_at or row.declared_at)


def _silent(row: PagedIncidentRow) -> Iterator[bool]:
    """Yield of each page that somebody got whether its first level was silent.

    Whoever asks for the next level by hand does not wait for the first one.
    """
    for page in row.pages:
        steps = [step for plan in page.plans for step in plan.steps if step.responder_ids]
        if page.purpose is not Purpose.RESPONSE or not steps:
            continue
        exhausted = any(plan.exhausted_at for plan in page.plans)
        yield not page.escalated_at and (len(steps) > 1 or exhausted)


def _rate(
    record: PracticeRecord,
    measure: PracticeMeasure,
    part: set[UUID],
    whole: set[UUID],
    threshold: int,
) -> Finding:
    evidence = record.evidence(part)
    return rate(measure, len(part), len(whole), threshold, evidence)
