"""A repair is recorded, and one that does not help is tried less and less often."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from events.ids import IncidentId
from events.repair.commands import RecordRepair
from events.repair.decide import LONGEST_PAUSE, may_repair, pause_after, repair_decider
from events.repair.events import Finding, Repair, WorkflowRepaired
from events.repair.state import QUIET

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
INCIDENT = IncidentId(UUID(int=1))
WORKFLOW = f"incident/{INCIDENT}"


def repaired(at: datetime, workflow_id: str = WORKFLOW) -> WorkflowRepaired:
    return WorkflowRepaired(
        incident_id=INCIDENT,
        workflow_id=workflow_id,
        finding=Finding.STUCK,
        repair=Repair.RESTARTED,
        log_version=7,
        workflow_version=5,
        repaired_at=at,
    )


def record(at: datetime) -> RecordRepair:
    return RecordRepair(
        incident_id=INCIDENT,
        workflow_id=WORKFLOW,
        finding=Finding.STUCK,
        repair=Repair.RESTARTED,
        log_version=7,
        workflow_version=5,
        at=at,
    )


def test_a_repair_says_what_was_found_and_what_was_done() -> None:
    assert repair_decider.decide(record(NOON), repair_decider.initial) == [repaired(NOON)]


def test_the_same_repair_by_two_reconcilers_is_one_fact() -> None:
    after = repair_decider.fold([repaired(NOON)])
    assert repair_decider.decide(record(NOON + timedelta(seconds=3)), after) == []


def test_a_workflow_that_is_broken_by_hand_three_times_is_repaired_three_times_without_delay() -> (
    None
):
    times = [NOON + timedelta(seconds=20 * number) for number in range(3)]
    for number, at in enumerate(times):
        assert may_repair(repair_decider.fold(map(repaired, times[:number])), WORKFLOW, at)


def test_a_repair_that_does_not_help_is_tried_less_and_less_often_and_never_given_up() -> None:
    at, state, tried = NOON, repair_decider.initial, 0
    while at < NOON + timedelta(hours=12):
        if may_repair(state, WORKFLOW, at):
            state = repair_decider.evolve(state, repaired(at))
            tried += 1
        at += timedelta(seconds=15)
    assert 15 < tried < 30
    assert pause_after(tried) == LONGEST_PAUSE


def test_a_workflow_that_was_well_for_hours_is_repaired_without_delay_again() -> None:
    state = repair_decider.fold(repaired(NOON + timedelta(minutes=n)) for n in range(6))
    later = NOON + timedelta(minutes=5) + QUIET
    well = repair_decider.evolve(state, repaired(later))
    assert may_repair(well, WORKFLOW, later + timedelta(seconds=15))


def test_one_workflow_does_not_wait_for_another() -> None:
    state = repair_decider.fold([repaired(NOON)])
    assert may_repair(state, "page/1", NOON)
