"""Repair events: a workflow and the log no longer agreed, and what was done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from events.ids import IncidentId


class Finding(StrEnum):
    """How a workflow and the log differ."""

    MISSING = "missing"  # the log knows it as open, and no workflow runs for it
    BEHIND = "behind"  # the workflow knows an older version of its stream
    AHEAD = "ahead"  # the workflow knows events that the log has lost
    STUCK = "stuck"  # the workflow makes no progress
    STILL_PAGING = "still_paging"  # somebody has answered the incident, and its page is not over
    LEFT_OVER = "left_over"  # the log knows it as over, and the workflow still runs


class Repair(StrEnum):
    """What was done about it."""

    STARTED = "started"  # a workflow was started from the log
    REMINDED = "reminded"  # the workflow was told to read the log again
    RESTARTED = "restarted"  # it was terminated and another one started from the log


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRepaired:
    """A workflow and the log did not agree, and the workflow was put right."""

    incident_id: IncidentId
    workflow_id: str
    finding: Finding
    repair: Repair
    log_version: int  # of the workflow's stream
    workflow_version: int | None  # what the workflow took it for; None: not known
    repaired_at: datetime
    type: Literal["workflow.repaired"] = "workflow.repaired"


type RepairEvent = WorkflowRepaired

REPAIR_EVENTS: tuple[type, ...] = (WorkflowRepaired,)
