"""Severity comes from the practice's matrix, or from a person who says why."""

import pytest

from events.errors import IncidentResolvedAlready, ReasonRequired
from events.incident.phases import Phase
from events.incident.severity.events import IncidentSeverityChanged, IncidentTriaged
from events.values.severity import MATRIX, Impact, Scope, Severity, severity_for
from tests.events.incident.story import (
    INC_7,
    NOW,
    advanced,
    change_severity,
    declared,
    in_phase,
    reopened,
    resolved,
    triage,
    triaged,
)
from tests.given import given

THE_PRACTICE = """
    impact         widespread  limited  minimal
    complete_loss  SEV1        SEV2     SEV3
    degraded       SEV2        SEV3     SEV4
    inconvenience  SEV3        SEV4     SEV4
"""
_heading, *ROWS = [line.split() for line in THE_PRACTICE.strip().splitlines()]
CELLS = [
    (Impact(impact), Scope(scope), Severity(severity))
    for impact, *severities in ROWS
    for scope, severity in zip(_heading[1:], severities, strict=True)
]


@pytest.mark.parametrize(("impact", "scope", "severity"), CELLS)
def test_severity_is_what_the_practice_says(
    impact: Impact, scope: Scope, severity: Severity
) -> None:
    assert severity_for(impact, scope) is severity


def test_the_matrix_has_an_answer_for_every_impact_and_scope() -> None:
    assert len(CELLS) == len(MATRIX) == len(Impact) * len(Scope)


def severity_changed(
    severity: Severity, previous: Severity | None, reason: str = "It spreads."
) -> IncidentSeverityChanged:
    return IncidentSeverityChanged(
        incident_id=INC_7,
        severity=severity,
        previous_severity=previous,
        reason=reason,
        changed_by="responder:ana",
        changed_at=NOW,
    )


def test_triage_sets_the_severity_and_leaves_detection_behind() -> None:
    given(declared).when(triage()).then(triaged, advanced(Phase.DETECTION, Phase.TRIAGE))


def test_judging_the_same_again_changes_nothing() -> None:
    given(declared, triaged, advanced(Phase.DETECTION, Phase.TRIAGE)).when(triage()).then_nothing()


def test_a_new_judgement_later_on_changes_severity_and_not_the_phase() -> None:
    worse = IncidentTriaged(
        incident_id=INC_7,
        impact=Impact.COMPLETE_LOSS,
        scope=Scope.WIDESPREAD,
        severity=Severity.SEV1,
        triaged_by="responder:ana",
        triaged_at=NOW,
    )
    given(*in_phase(Phase.MITIGATION), triaged).when(triage(scope=Scope.WIDESPREAD)).then(worse)


def test_triage_takes_back_a_severity_set_by_hand() -> None:
    by_hand = severity_changed(Severity.SEV1, Severity.SEV2)
    given(*in_phase(Phase.RESPONSE), triaged, by_hand).when(triage()).then(triaged)


def test_an_incident_reopened_to_detection_is_triaged_anew_though_the_judgement_is_the_same() -> (
    None
):
    given(*in_phase(Phase.RESPONSE), triaged, reopened(Phase.RESPONSE, Phase.DETECTION)).when(
        triage()
    ).then(triaged, advanced(Phase.DETECTION, Phase.TRIAGE))


def test_a_resolved_incident_is_not_triaged() -> None:
    given(*in_phase(Phase.RESOLUTION), resolved).when(triage()).refused(
        IncidentResolvedAlready, "INC-7 is resolved: reopen it first", allowed=["reopen", "close"]
    )


def test_severity_changes_by_hand_with_a_reason() -> None:
    given(declared).when(change_severity(Severity.SEV1)).then(severity_changed(Severity.SEV1, None))


def test_severity_may_be_corrected_after_the_resolution() -> None:
    given(*in_phase(Phase.RESOLUTION), triaged, resolved).when(
        change_severity(Severity.SEV3, "Fewer customers than we thought.")
    ).then(severity_changed(Severity.SEV3, Severity.SEV2, "Fewer customers than we thought."))


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_severity_does_not_change_by_hand_without_a_reason(reason: str) -> None:
    given(declared).when(change_severity(Severity.SEV1, reason)).refused(
        ReasonRequired, "Say why the severity changes"
    )


def test_setting_the_severity_it_has_changes_nothing() -> None:
    given(declared, triaged).when(change_severity(Severity.SEV2)).then_nothing()
