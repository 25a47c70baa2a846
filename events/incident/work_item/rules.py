"""Work item rules: opened and retracted by the severity, reassigned and done by people."""

from events.errors import WorkItemNotFound
from events.incident.events import IncidentEvent
from events.incident.grammar import Given, Rules
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


def reassign_work_item(command: ReassignWorkItem, incident: Incident) -> list[IncidentEvent]:
    """Give it to somebody, or back to the queue.

    Raises: WorkItemNotFound.
    """
    incident_id, item = live(incident), _known(incident)
    wanted = WorkItem(owner=command.owner, due_at=command.due_at or item.due_at)
    if item == wanted:
        return []
    if not item.open:
        raise WorkItemNotFound(f"The work item of {incident.reference} is not open any more.")
    return [
        WorkItemReassigned(
            incident_id=incident_id,
            owner=wanted.owner,
            due_at=wanted.due_at,
            reassigned_by=command.actor.name,
            reassigned_at=command.at,
        )
    ]


def complete_work_item(command: CompleteWorkItem, incident: Incident) -> list[IncidentEvent]:
    """Record that it is done; nothing if it is not open any more.

    Raises: WorkItemNotFound, ReasonRequired.
    """
    incident_id = live(incident)
    if not _known(incident).open:
        return []
    return [
        WorkItemCompleted(
            incident_id=incident_id,
            summary=explained(command.summary, "Say what was done."),
            completed_by=command.actor.name,
            completed_at=command.at,
        )
    ]


def open_work_item(
    incident: Incident, policy: ResponsePolicy, response: SeverityResponse, command: Given
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
            due_at=command.at + response.work_item_within,
            opened_by=command.actor.name,
            opened_at=command.at,
        )
    ]


def retract_work_item(reason: str, incident: Incident, command: Given) -> list[IncidentEvent]:
    """Return the end of an open work item, because people are paged from now on."""
    if incident.work_item is None or not incident.work_item.open:
        return []
    return [
        WorkItemRetracted(
            incident_id=live(incident),
            reason=reason,
            retracted_by=command.actor.name,
            retracted_at=command.at,
        )
    ]


def _known(incident: Incident) -> WorkItem:
    if incident.work_item is None:
        raise WorkItemNotFound(f"{incident.reference} has no work item: people are paged for it.")
    return incident.work_item


RULES: Rules = {
    ReassignWorkItem: reassign_work_item,
    CompleteWorkItem: complete_work_item,
}
