"""What counts as a difference between the log and what runs, case by case."""

from uuid import UUID

import pytest

from events.ids import IncidentId, PageId
from events.repair.events import Finding
from projections.incidents.open_work import OpenIncident, OpenPage
from services.projector.reconciler.differences import Difference, Open, differences
from services.projector.reconciler.running import RunningWorkflow

INCIDENT = IncidentId(UUID(int=1))
PAGE = PageId(UUID(int=2))


def known(
    *, starting: bool = False, page: bool = False, unanswered: frozenset[str] = frozenset()
) -> Open:
    page_ = OpenPage(page_id=PAGE, incident_id=INCIDENT, version=4)
    return Open(
        incidents=[OpenIncident(incident_id=INCIDENT, version=7, starting=starting)],
        pages=[page_] if page else [],
        unanswered=unanswered,
    )


def running(
    workflow_id: str, version: int | None = None, *, failing: bool = False
) -> RunningWorkflow:
    return RunningWorkflow(workflow_id=workflow_id, run_id="r", version=version, failing=failing)


def found(open_: Open, *workflows: RunningWorkflow, worked: bool = True) -> dict[str, Finding]:
    all_ = differences(open_, {one.workflow_id: one for one in workflows}, worked=worked)
    return {one.workflow_id: one.finding for one in all_}


def test_an_open_incident_without_a_workflow_is_missing_it() -> None:
    assert differences(known(), {}, worked=True) == {
        Difference(
            workflow_id=f"incident/{INCIDENT}",
            incident_id=INCIDENT,
            finding=Finding.MISSING,
            log_version=7,
            workflow_version=None,
            run_id=None,
        )
    }


def test_an_incident_that_the_relay_is_about_to_start_is_missing_nothing() -> None:
    assert found(known(starting=True, page=True)) == {}


def test_a_page_that_goes_on_after_an_answer_is_a_difference_of_its_incidents_workflow() -> None:
    workflow = running(f"incident/{INCIDENT}", 7)
    assert found(known(page=True), workflow) == {workflow.workflow_id: Finding.STILL_PAGING}


@pytest.mark.parametrize("shown", [6, 7])
def test_a_workflow_is_to_blame_for_nothing_while_nobody_works(shown: int) -> None:
    workflow = running(f"incident/{INCIDENT}", shown, failing=True)
    blamed = known(page=True, unanswered=frozenset({workflow.workflow_id}))
    assert found(blamed, workflow, worked=False) == {}


def test_a_workflow_that_is_missing_is_so_while_nobody_works_too() -> None:
    assert found(known(), worked=False) == {f"incident/{INCIDENT}": Finding.MISSING}


def test_pages_come_after_their_incident_which_sees_to_them_itself() -> None:
    assert found(known(page=True)) == {f"incident/{INCIDENT}": Finding.MISSING}


@pytest.mark.parametrize(
    ("shown", "finding"),
    [(7, None), (6, Finding.BEHIND), (8, Finding.AHEAD), (None, None)],
)
def test_the_version_a_workflow_shows_is_compared_with_the_log(
    shown: int | None, finding: Finding | None
) -> None:
    workflow_id = f"incident/{INCIDENT}"
    expected = {workflow_id: finding} if finding else {}
    assert found(known(), running(workflow_id, shown)) == expected


def test_a_workflow_whose_code_fails_again_and_again_is_stuck() -> None:
    workflow_id = f"incident/{INCIDENT}"
    stuck = {workflow_id: Finding.STUCK}
    assert found(known(), running(workflow_id, 7, failing=True)) == stuck


def test_a_workflow_that_leaves_its_commands_unanswered_is_stuck() -> None:
    workflow_id = f"incident/{INCIDENT}"
    open_ = known(unanswered=frozenset({workflow_id}))
    assert found(open_, running(workflow_id, 7)) == {workflow_id: Finding.STUCK}


def test_what_runs_as_it_should_is_no_difference() -> None:
    assert found(known(), running(f"incident/{INCIDENT}", 7)) == {}
