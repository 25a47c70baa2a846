"""Workflow ids, message names and task queues: changing one breaks running work."""

from typing import Final

from events.configuration.heartbeat import HeartbeatId
from events.ids import IncidentId, ScheduleId

INCIDENT_QUEUE: Final = "incident"  # IncidentWorkflow and its pages; comms can never starve it
COMMS_QUEUE: Final = "comms"  # AnnouncementWorkflow and its posts
ON_CALL_QUEUE: Final = "on_call"  # HandOffWorkflow and its notices
HEARTBEAT_QUEUE: Final = "heartbeat"  # HeartbeatWorkflow and its looks

INCIDENT_WORKFLOW: Final = "IncidentWorkflow"
ANNOUNCEMENT_WORKFLOW: Final = "AnnouncementWorkflow"
HAND_OFF_WORKFLOW: Final = "HandOffWorkflow"
HEARTBEAT_WORKFLOW: Final = "HeartbeatWorkflow"
PROBE_WORKFLOW: Final = "ProbeWorkflow"
START_INCIDENT_WORKFLOW: Final = "start_incident_workflow"  # outbox kind; body: IncidentInput
START_PROBE: Final = "start_probe"  # outbox kind, from the dead-man switch; body: empty
PROBE_WORKFLOW_ID: Final = "probe"
COMMAND: Final = "command"  # the Update that IncidentWorkflow takes
INCIDENT_ASKED: Final = "incident_asked"  # signal, incident to incident
INCIDENT_REPLIED: Final = "incident_replied"  # signal, incident to incident
UPDATE_PUBLISHED: Final = "update_published"  # signal, relay to announcement
SCHEDULE_CHANGED: Final = "schedule_changed"  # signal, projector to hand-off: look into the log
HEARTBEAT_MOVED: Final = "heartbeat_moved"  # signal, projector to heartbeat: look again
MESSAGES_LOST: Final = "messages_lost"  # signal, relay to incident; outbox kind; body: MessagesLost
READ_AGAIN: Final = "read_again"  # signal, reconciler to incident: the log is not where you think


def incident_workflow_id(incident_id: IncidentId) -> str:
    """Return the id of an incident's workflow."""
    return f"incident/{incident_id}"


def announcement_workflow_id(incident_id: IncidentId) -> str:
    """Return the id of the workflow that sends an incident's status updates."""
    return f"announcement/{incident_id}"


def hand_off_workflow_id(schedule_id: ScheduleId) -> str:
    """Return the id of the workflow that tells people of a schedule's shifts."""
    return f"hand_off/{schedule_id}"


def heartbeat_workflow_id(heartbeat_id: HeartbeatId) -> str:
    """Return the id of the workflow that waits for a heartbeat's pings."""
    return f"heartbeat/{heartbeat_id}"
