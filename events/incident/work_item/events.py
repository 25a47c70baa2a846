"""Work item events: what waits in the queue because nobody is paged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId, ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemOpened:
    """Nobody is paged for the incident; it waits for its owner until it is due."""

    incident_id: IncidentId
    reference: str
    title: str
    owner: ResponderId | None  # None: somebody has to take it from the queue
    due_at: datetime
    opened_by: str
    opened_at: datetime
    type: Literal["work_item.opened"] = "work_item.opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemReassigned:
    """Somebody else does it, or it is due at another time."""

    incident_id: IncidentId
    owner: ResponderId | None
    due_at: datetime
    reassigned_by: str
    reassigned_at: datetime
    type: Literal["work_item.reassigned"] = "work_item.reassigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemCompleted:
    """It is done."""

    incident_id: IncidentId
    summary: str
    completed_by: str
    completed_at: datetime
    type: Literal["work_item.completed"] = "work_item.completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemRetracted:
    """The incident is no longer one for the queue: people are paged for it."""

    incident_id: IncidentId
    reason: str
    retracted_by: str
    retracted_at: datetime
    type: Literal["work_item.retracted"] = "work_item.retracted"


type WorkItemEvent = WorkItemOpened | WorkItemReassigned | WorkItemCompleted | WorkItemRetracted
