"""Repair state, folded from its events: how often, and when last."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from events.repair.events import RepairEvent

QUIET = timedelta(hours=2)  # a workflow that needed no repair for so long counts as well again


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """The last repair of one workflow, and how many came close upon each other."""

    at: datetime
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """The repairs of an incident's workflows, by workflow id."""

    last: dict[str, Repaired] = field(default_factory=dict)


INITIAL = Repairs()


def evolve(repairs: Repairs, event: RepairEvent) -> Repairs:
    """Return the state after the event; never refuses."""
    before = repairs.last.get(event.workflow_id)
    recent = before is not None and event.repaired_at - before.at < QUIET
    times = before.times + 1 if before is not None and recent else 1
    repaired = Repaired(at=event.repaired_at, times=times)
    return Repairs(last={**repairs.last, event.workflow_id: repaired})
