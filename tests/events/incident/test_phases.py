"""Six phases: forward step by step, further with a reason, back only by reopening."""

from dataclasses import replace

import pytest

from events.errors import (
    DeadlineNotDue,
    IncidentNotResolved,
    PhaseOutOfOrder,
    ReasonRequired,
)
from events.incident.events import IncidentDeadlineMissed
from events.incident.phases import Phase
from tests.events.incident.story import (
    INC_7,
    advance,
    advanced,
    after,
    declared,
    in_phase,
    miss,
    reopen,
    reopened,
    resolved,
)
from tests.given import given

BEFORE_THE_POSTMORTEM = [phase for phase in Phase if phase is not Phase.POSTMORTEM]
missed = IncidentDeadlineMissed(
    incident_id=INC_7, phase=Phase.RESPONSE, due_at=after(5), missed_at=after(6)
)


def test_the_phases_are_those_of_the_practice_in_its_order() -> None:
    assert [phase.value for phase in Phase] == [
        "detection",
        "triage",
        "response",
        "mitigation",
        "resolution",
        "postmortem",
    ]


@pytest.mark.parametrize("phase", BEFORE_THE_POSTMORTEM[:-1])
def test_the_next_phase_needs_no_reason(phase: Phase) -> None:
    following = phase.following
    assert following is not None
    given(*in_phase(phase)).when(advance(following)).then(advanced(phase, following))


@pytest.mark.parametrize("phase", Phase)
def test_going_to_the_phase_it_is_in_changes_nothing(phase: Phase) -> None:
    given(*in_phase(phase)).when(advance(phase)).then_nothing()


def test_a_phase_is_skipped_with_a_reason() -> None:
    given(declared).when(advance(Phase.MITIGATION, "The fix is known.")).then(
        advanced(Phase.DETECTION, Phase.MITIGATION, "The fix is known.")
    )


@pytest.mark.parametrize("reason", [None, "", " "])
def test_no_phase_is_skipped_without_a_reason(reason: str | None) -> None:
    given(declared).when(advance(Phase.RESPONSE, reason)).refused(
        ReasonRequired, "Going from detection to response skips a phase: say why"
    )


def test_advancing_never_goes_back() -> None:
    given(*in_phase(Phase.MITIGATION)).when(advance(Phase.TRIAGE, "Wrong lead.")).refused(
        PhaseOutOfOrder, "INC-7 is in mitigation; to go back, reopen it", allowed=["reopen"]
    )


@pytest.mark.parametrize("phase", BEFORE_THE_POSTMORTEM)
def test_there_is_no_postmortem_before_the_resolution(phase: Phase) -> None:
    given(*in_phase(phase)).when(advance(Phase.POSTMORTEM, "Write it up.")).refused(
        IncidentNotResolved, "the postmortem begins after that", allowed=["resolve"]
    )


def test_the_postmortem_follows_the_resolution() -> None:
    given(*in_phase(Phase.RESOLUTION), resolved).when(advance(Phase.POSTMORTEM)).then(
        advanced(Phase.RESOLUTION, Phase.POSTMORTEM)
    )


def test_reopening_goes_back_with_a_reason() -> None:
    unpaged = (replace(declared, escalation_policy_id=None), *in_phase(Phase.RESOLUTION)[1:])
    given(*unpaged, resolved).when(reopen(Phase.MITIGATION)).then(
        reopened(Phase.RESOLUTION, Phase.MITIGATION)
    )


def test_a_wrong_lead_takes_an_unresolved_incident_back_too() -> None:
    given(*in_phase(Phase.MITIGATION)).when(reopen(Phase.RESPONSE, "Wrong lead.")).then(
        reopened(Phase.MITIGATION, Phase.RESPONSE, "Wrong lead.")
    )


@pytest.mark.parametrize("reason", ["", "\t"])
def test_nothing_is_reopened_without_a_reason(reason: str) -> None:
    given(*in_phase(Phase.RESPONSE)).when(reopen(Phase.TRIAGE, reason)).refused(
        ReasonRequired, "Say why the incident is reopened"
    )


@pytest.mark.parametrize("phase", [Phase.RESPONSE, Phase.MITIGATION])
def test_reopening_never_goes_forward(phase: Phase) -> None:
    refusal = (
        given(*in_phase(Phase.RESPONSE))
        .when(reopen(phase))
        .refused(
            PhaseOutOfOrder,
            "INC-7 is in response; reopen it to detection or triage",
            allowed=["reopen", "advance_phase"],
        )
    )
    assert refusal.facts["phases"] == ["detection", "triage"]


def test_nothing_comes_before_detection() -> None:
    given(declared).when(reopen(Phase.DETECTION)).refused(
        PhaseOutOfOrder, "nothing comes before", allowed=["advance_phase"]
    )


def test_a_phase_not_reached_in_time_is_a_missed_deadline() -> None:
    given(declared).when(miss(Phase.RESPONSE, after(6))).then(missed)


def test_a_deadline_is_missed_once() -> None:
    given(declared, missed).when(miss(Phase.RESPONSE, after(9))).then_nothing()


def test_a_deadline_is_not_missed_before_it_is_due() -> None:
    given(declared).when(miss(Phase.RESPONSE, after(4.9))).refused(
        DeadlineNotDue, "response is due at 2026-11-23T09:05:00+00:00"
    )


def test_a_phase_reached_in_time_misses_nothing() -> None:
    given(*in_phase(Phase.RESPONSE)).when(miss(Phase.RESPONSE, after(6))).then_nothing()


def test_reopening_does_not_unmake_a_deadline_that_was_met() -> None:
    back = reopened(Phase.MITIGATION, Phase.TRIAGE)
    given(*in_phase(Phase.MITIGATION), back).when(miss(Phase.RESPONSE, after(60))).then_nothing()


def test_a_phase_without_a_deadline_is_never_missed() -> None:
    given(declared).when(miss(Phase.RESOLUTION, after(600))).then_nothing()
