"""Workflow ids, message names and task queues: changing one breaks running work."""

from typing import Final

from events.ids import IncidentId, PageId

INCIDENT_QUEUE: Final = "incident"  # IncidentWorkflow
PAGING_QUEUE: Final = "paging"  # PageWorkflow and its sends; comms can never starve it

INCIDENT_WORKFLOW: Final = "IncidentWorkflow"
PAGE_WORKFLOW: Final = "PageWorkflow"
COMMAND: Final = "command"  # the Update both workflows take


def incident_workflow_id(incident_id: IncidentId) -> str:
    """Return the id of an incident's workflow."""
    return f"incident/{incident_id}"


def page_workflow_id(page_id: PageId) -> str:
    """Return the id of a page's workflow."""
    return f"page/{page_id}"
