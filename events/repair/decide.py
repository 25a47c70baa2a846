"""Repair rules: a repair that does not help is tried less and less often."""

from datetime import datetime, timedelta

from events.aggregate import Aggregate
from events.decider import Decider
from events.ids import IncidentId
from events.repair.commands import RecordRepair
from events.repair.events import REPAIR_EVENTS, RepairEvent, WorkflowRepaired
from events.repair.state import INITIAL, Repairs, evolve

AT_ONCE = 3  # so often without patience: what a drill or an unlucky night needs
FIRST_PAUSE = timedelta(seconds=10)
PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


def decide(command: RecordRepair, repairs: Repairs) -> list[RepairEvent]:
    """Return the facts this command leads to; none if the repair came too early to be one."""
    if not may_repair(repairs, command.workflow_id, command.at):
        return []
    return [
        WorkflowRepaired(
            incident_id=command.incident_id,
            workflow_id=command.workflow_id,
            finding=command.finding,
            repair=command.repair,
            log_version=command.log_version,
            workflow_version=command.workflow_version,
            repaired_at=command.at,
        )
    ]


def may_repair(repairs: Repairs, workflow_id: str, at: datetime) -> bool:
    """Return whether a workflow's last repair is long enough ago to try another."""
    last = repairs.last.get(workflow_id)
    return last is None or at - last.at >= pause_after(last.times)


def pause_after(times: int) -> timedelta:
    """Return how long to leave a workflow alone after so many repairs in a row."""
    if times <= AT_ONCE:
        return FIRST_PAUSE
    return min(LONGEST_PAUSE, PAUSE * (1 << min(times - AT_ONCE - 1, 10)))


repair_decider: Decider[RecordRepair, Repairs, RepairEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=REPAIR_EVENTS
)

AGGREGATE = Aggregate(noun="repair", id=IncidentId, decider=repair_decider, commands=RecordRepair)
