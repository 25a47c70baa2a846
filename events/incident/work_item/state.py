"""Work item state, folded from the incident's events."""

from dataclasses import dataclass, replace
from datetime import datetime

from events.ids import ResponderId
from events.incident.events import IncidentClosed, IncidentDeclined, IncidentResolved
from events.incident.relations.events import IncidentMerged
from events.incident.work_item.events import (
    WorkItemCompleted,
    WorkItemOpened,
    WorkItemReassigned,
    WorkItemRetracted,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """It is open until it is completed or retracted; it ends with its incident, too."""

    owner: ResponderId | None
    due_at: datetime
    open: bool = True


def work_item_after(item: WorkItem | None, event: object) -> WorkItem | None:
    """Return the work item after any event of the incident."""
    match event:
        case WorkItemOpened():
            return WorkItem(owner=event.owner, due_at=event.due_at)
        case WorkItemReassigned() if item is not None:
            return replace(item, owner=event.owner, due_at=event.due_at)
        case WorkItemCompleted() | WorkItemRetracted() if item is not None:
            return replace(item, open=False)
        case IncidentResolved() | IncidentDeclined() | IncidentClosed() | IncidentMerged() if (
            item is not None
        ):
            return replace(item, open=False)
        case _:
            return item
