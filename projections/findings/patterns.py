"""Patterns: all findings of a practice record, by the anti-pattern that each is a sign of."""

from types import MappingProxyType
from typing import Final

from projections.findings import alert_fatigue, blame, hero_culture, no_postmortems, theatre
from projections.findings.finding import Finding, FindingState, Pattern, PracticeMeasure
from projections.findings.record import PracticeRecord

MEASURED_BY: Final = MappingProxyType(
    {
        Pattern.HERO_CULTURE: hero_culture.findings,
        Pattern.ALERT_FATIGUE: alert_fatigue.findings,
        Pattern.BLAME: blame.findings,
        Pattern.NO_POSTMORTEMS: no_postmortems.findings,
        Pattern.POSTMORTEM_THEATRE: theatre.findings,
    }
)
OF_PATTERN: Final = MappingProxyType(
    {
        Pattern.HERO_CULTURE: (
            *(PracticeMeasure.ACKNOWLEDGEMENTS, PracticeMeasure.COMMANDS),
            *(PracticeMeasure.MITIGATIONS, PracticeMeasure.OUT_OF_HOURS),
            *(PracticeMeasure.LAST_RESORT, PracticeMeasure.BUS_FACTOR),
            *(PracticeMeasure.SMALL_ROTATION, PracticeMeasure.OFF_DUTY),
        ),
        Pattern.ALERT_FATIGUE: (
            *(PracticeMeasure.INTERRUPTIONS, PracticeMeasure.BROKEN_NIGHTS),
            *(PracticeMeasure.NOTHING_DONE, PracticeMeasure.FIRST_LEVEL_SILENT),
            *(PracticeMeasure.SLOWER, PracticeMeasure.ACTIONABLE),
        ),
        Pattern.BLAME: (
            *(PracticeMeasure.NAMES, PracticeMeasure.HINTS, PracticeMeasure.PROMISES),
            *(PracticeMeasure.PERSON_AS_CAUSE, PracticeMeasure.OWN_CHANGE_UNHEARD),
        ),
        Pattern.NO_POSTMORTEMS: (
            *(PracticeMeasure.MISSING, PracticeMeasure.WAIVED),
            *(PracticeMeasure.REPEATS, PracticeMeasure.NO_CAUSE),
        ),
        Pattern.POSTMORTEM_THEATRE: (
            *(PracticeMeasure.OVERDUE_URGENT, PracticeMeasure.OVERDUE, PracticeMeasure.ON_TIME),
            *(PracticeMeasure.NEVER_STARTED, PracticeMeasure.UNEXPLAINED),
            *(PracticeMeasure.FIX_DID_NOT_FIX, PracticeMeasure.UNREVIEWED),
            *(PracticeMeasure.HASTY, PracticeMeasure.DUE_MOVED),
        ),
    }
)
PATTERN_OF: Final = MappingProxyType(
    {measure: pattern for pattern, measures in OF_PATTERN.items() for measure in measures}
)
WORST_FIRST: Final = (
    FindingState.FOUND,
    FindingState.WATCH,
    FindingState.OK,
    FindingState.TOO_FEW,
)


def all_findings(record: PracticeRecord) -> tuple[Finding, ...]:
    """Return every finding of a record, pattern by pattern, those that are found first."""
    return tuple(
        finding
        for measured in MEASURED_BY.values()
        for finding in sorted(measured(record), key=lambda one: WORST_FIRST.index(one.state))
    )
