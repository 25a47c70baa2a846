"""The rules of a work item: opened and retracted by the severity, reassigned and done by people."""

from datetime import datetime
from typing import assert_never

from events.errors import WorkItemNotFound
from events.incident.events import IncidentEvent
from events.incident.require import explained, live
from events.incident.state import Incident
from events.incident.work_item.commands import CompleteWorkItem, ReassignWorkItem
from events.incident.work_item.events import (
    WorkItemCompleted,
    WorkItemOpened,
    WorkItemReassigned,
    WorkItemRetracted,
)
from events.incident.work_item.state import WorkItem
from events.response_policy.policy import ResponsePolicy, SeverityResponse


def decide_work_item(
    command: ReassignWorkItem | CompleteWorkItem, incident: Incident
) -> list[IncidentEvent]:
    """Return the facts a command about a work item leads to.

    Raises: WorkItemNotFound, ReasonRequired.
    """
    incident_id = live(incident)
    item = incident.work_item
    if item is None:
        raise WorkItemNotFound(f"{incident.reference} has no work item: people are paged for it.")
    match command:
        case ReassignWorkItem():
            wanted = WorkItem(owner=command.owner, due_at=command.due_at or item.due_at)
            if item == wanted:
                return []
            _open(item, incident)
            return [
                WorkItemReassigned(
                    incident_id=incident_id,
                    owner=wanted.owner,
                    due_at=wanted.due_at,
                    reassigned_by=command.actor.name,
                    reassigned_at=command.at,
                )
            ]
        case CompleteWorkItem():
            if not item.open:
                return []
            return [
                WorkItemCompleted(
                    incident_id=incident_id,
                    summary=explained(command.summary, "Say what was done."),
                    completed_by=command.actor.name,
                    completed_at=command.at,
                )
            ]
        case _:
            assert_never(command)


def open_work_item(
    incident: Incident, policy: ResponsePolicy, response: SeverityResponse, by: str, at: datetime
) -> list[IncidentEvent]:
    """Return the work item of an incident that nobody is paged for; nothing if there is one."""
    if response.work_item_within is None or (incident.work_item and incident.work_item.open):
        return []
    return [
        WorkItemOpened(
            incident_id=live(incident),
            reference=incident.reference,
            title=incident.title,
            owner=policy.work_item_owner,
            due_at=at + response.work_item_within,
            opened_by=by,
            opened_at=at,
        )
    ]


def retract_work_item(
    incident: Incident, reason: str, by: str, at: datetime
) -> list[IncidentEvent]:
    """Return the end of an open work item, because people are paged from now on."""
    if incident.work_item is None or not incident.work_item.open:
        return []
    return [
        WorkItemRetracted(
            incident_id=live(incident), reason=reason, retracted_by=by, retracted_at=at
        )
    ]


def _open(item: WorkItem, incident: Incident) -> None:
    if not item.open:
        raise WorkItemNotFound(f"The work item of {incident.reference} is not open any more.")
