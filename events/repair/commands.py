"""Repair commands: what the reconciler reports of an incident's workflows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId
from events.repair.events import Finding, Repair


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRepair:
    """Say what was found wrong with a workflow, and what was done about it."""

    incident_id: IncidentId
    workflow_id: str
    finding: Finding
    repair: Repair
    log_version: int
    workflow_version: int | None
    at: datetime
    kind: Literal["record_repair"] = "record_repair"
