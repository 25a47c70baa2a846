"""Workflow ids, message names and task queues: changing one breaks running work."""

from typing import Final

from events.configuration.heartbeat import HeartbeatId
from events.ids import IncidentId, ScheduleId, TeamId

INCIDENT_QUEUE: Final = "incident"  # IncidentWorkflow and its pages; comms can never starve it
COMMS_QUEUE: Final = "comms"  # AnnouncementWorkflow and its posts
ON_CALL_QUEUE: Final = "on_call"  # HandOffWorkflow and its notices
HEARTBEAT_QUEUE: Final = "heartbeat"  # HeartbeatWorkflow and its looks
QUESTIONS_QUEUE: Final = "questions"  # QuestionsWorkflow and its messages
FOLLOW_UP_QUEUE: Final = "follow_up"  # FollowUpWorkflow and its reminders
MEETING_QUEUE: Final = "meeting"  # InvitationWorkflow and its mail

INCIDENT_WORKFLOW: Final = "IncidentWorkflow"
ANNOUNCEMENT_WORKFLOW: Final = "AnnouncementWorkflow"
HAND_OFF_WORKFLOW: Final = "HandOffWorkflow"
HEARTBEAT_WORKFLOW: Final = "HeartbeatWorkflow"
QUESTIONS_WORKFLOW: Final = "QuestionsWorkflow"
FOLLOW_UP_WORKFLOW: Final = "FollowUpWorkflow"
INVITATION_WORKFLOW: Final = "InvitationWorkflow"
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
QUESTIONS_CHANGED: Final = "questions_changed"  # signal, projector to questions: look into the log
FOLLOW_UP_CHANGED: Final = "follow_up_changed"  # signal, projector to follow-up: look into the log
MEETING_CHANGED: Final = "meeting_changed"  # signal, relay to invitation: look into the log
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


def questions_workflow_id(team_id: TeamId) -> str:
    """Return the id of the workflow that asks a team its weekly questions."""
    return f"questions/{team_id}"


def follow_up_workflow_id(incident_id: IncidentId) -> str:
    """Return the id of the workflow that reminds people of what is to be done after an incident."""
    return f"followup/{incident_id}"


def invitation_workflow_id(incident_id: IncidentId) -> str:
    """Return the id of the workflow that invites people to the meeting about a postmortem."""
    return f"meeting_invitation/{incident_id}"
