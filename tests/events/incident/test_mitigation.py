"""Actions against the impact: begun, ended with an outcome, and reverted perhaps."""

import pytest

from events.errors import (
    IncidentEnded,
    MitigationActionNotFound,
    MitigationActionReverted,
    ReasonRequired,
)
from events.incident.mitigation.commands import EndMitigationAction, StartMitigationAction
from events.incident.mitigation.events import (
    MitigationActionEnded,
    MitigationActionStarted,
    MitigationKind,
    MitigationOutcome,
)
from tests.events.incident.story import INC_7, NOW, ana, ben, closed, declared, resolved
from tests.given import given

WORKED, FAILED, REVERTED = MitigationOutcome


def start(
    kind: MitigationKind = MitigationKind.ROLLBACK, text: str = "Back to v41"
) -> StartMitigationAction:
    return StartMitigationAction(action=kind, description=text, actor=ana, at=NOW)


def started(
    number: int = 1, kind: MitigationKind = MitigationKind.ROLLBACK, text: str = "Back to v41"
) -> MitigationActionStarted:
    return MitigationActionStarted(
        incident_id=INC_7,
        number=number,
        kind=kind,
        description=text,
        started_by="responder:ana",
        started_at=NOW,
    )


def end(outcome: MitigationOutcome, number: int = 1) -> EndMitigationAction:
    return EndMitigationAction(number=number, outcome=outcome, comment="", actor=ben, at=NOW)


def ended(outcome: MitigationOutcome, number: int = 1) -> MitigationActionEnded:
    return MitigationActionEnded(
        incident_id=INC_7,
        number=number,
        kind=MitigationKind.ROLLBACK,
        outcome=outcome,
        comment="",
        ended_by="responder:ben",
        ended_at=NOW,
    )


def test_an_action_begins_once_while_it_runs_and_again_after_its_end() -> None:
    given(declared).when(start()).then(started())
    given(declared, started()).when(start()).then_nothing()
    given(declared, started(), ended(FAILED)).when(start()).then(started(2))


def test_two_actions_run_side_by_side() -> None:
    flag = MitigationKind.FEATURE_FLAG
    given(declared, started()).when(start(flag, "New cart off")).then(
        started(2, flag, "New cart off")
    )


def test_an_action_says_what_exactly_is_done() -> None:
    given(declared).when(start(text=" ")).refused(ReasonRequired, "Say what exactly is done")


@pytest.mark.parametrize("outcome", MitigationOutcome)
def test_an_action_ends_with_any_outcome_once(outcome: MitigationOutcome) -> None:
    given(declared, started()).when(end(outcome)).then(ended(outcome))
    given(declared, started(), ended(outcome)).when(end(outcome)).then_nothing()


@pytest.mark.parametrize("before", [WORKED, FAILED])
def test_what_worked_or_failed_may_be_reverted_later(before: MitigationOutcome) -> None:
    given(declared, started(), ended(before)).when(end(REVERTED)).then(ended(REVERTED))


def test_what_was_reverted_stays_reverted() -> None:
    given(declared, started(), ended(REVERTED)).when(end(WORKED)).refused(
        MitigationActionReverted, "start another one", allowed=["start_mitigation_action"]
    )


def test_an_action_nobody_began_has_no_outcome() -> None:
    given(declared, started()).when(end(WORKED, 2)).refused(
        MitigationActionNotFound, "there is no number 2", allowed=["start_mitigation_action"]
    )


def test_an_incident_that_ended_takes_no_action() -> None:
    given(declared, resolved, closed).when(start()).refused(IncidentEnded)
