"""Workflow ids, message names and task queues: changing one breaks running work."""

from typing import Final

from events.ids import IncidentId, PageId

INCIDENT_QUEUE: Final = "incident"  # IncidentWorkflow
PAGING_QUEUE: Final = "paging"  # PageWorkflow and its sends; comms can never starve it
COMMS_QUEUE: Final = "comms"  # AnnouncementWorkflow and its posts

INCIDENT_WORKFLOW: Final = "IncidentWorkflow"
PAGE_WORKFLOW: Final = "PageWorkflow"
ANNOUNCEMENT_WORKFLOW: Final = "AnnouncementWorkflow"
START_INCIDENT_WORKFLOW: Final = "start_incident_workflow"  # outbox kind; body: IncidentInput
COMMAND: Final = "command"  # the Update both workflows take
PAGE_ANSWERED: Final = "page_answered"  # signal, page to incident
INCIDENT_ASKED: Final = "incident_asked"  # signal, incident to incident
INCIDENT_REPLIED: Final = "incident_replied"  # signal, incident to incident
INCIDENT_ANSWERED: Final = "incident_answered"  # signal, incident to page
UPDATE_PUBLISHED: Final = "update_published"  # signal, relay to announcement
INCIDENT_OVER: Final = "incident_over"  # signal, incident to page
READ_AGAIN: Final = "read_again"  # signal, reconciler to either: the log is not where you think


def incident_workflow_id(incident_id: IncidentId) -> str:
    """Return the id of an incident's workflow."""
    return f"incident/{incident_id}"


def page_workflow_id(page_id: PageId) -> str:
    """Return the id of a page's workflow."""
    return f"page/{page_id}"


def announcement_workflow_id(incident_id: IncidentId) -> str:
    """Return the id of the workflow that sends an incident's status updates."""
    return f"announcement/{incident_id}"
