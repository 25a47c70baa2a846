"""Workers: one for each task queue of the process, over one log."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.payloads import (
    AnnouncementPlan,
    AnnouncementPlanInput,
    DeliveryInput,
    DeliveryOutcome,
    HeartbeatLook,
    HeartbeatLookInput,
    InvitationPlan,
    InvitationPlanInput,
    IssueInput,
    NoticePlan,
    NoticePlanInput,
    QuestionPlan,
    QuestionPlanInput,
    ReminderPlan,
    ReminderPlanInput,
)
from activities.recording import Recording
from workflows.announcement import AnnouncementWorkflow
from workflows.follow_up import FollowUpWorkflow
from workflows.hand_off import HandOffWorkflow
from workflows.heartbeat import HeartbeatWorkflow
from workflows.ids import (
    COMMS_QUEUE,
    FOLLOW_UP_QUEUE,
    HEARTBEAT_QUEUE,
    INCIDENT_QUEUE,
    MEETING_QUEUE,
    ON_CALL_QUEUE,
    QUESTIONS_QUEUE,
)
from workflows.incident import IncidentWorkflow
from workflows.meeting.invitation import InvitationWorkflow
from workflows.practice.weekly_questions import QuestionsWorkflow
from workflows.probe import ProbeWorkflow

# What the tests run workflows in and replay histories in, so that chance and clocks fail there.
# Our own rooms, and what they import, are the same objects inside and outside of the sandbox:
# types keep their identity, and a parked incident costs kilobytes.
SANDBOX = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules(
        "events", "activities", "rfc8785", "pydantic", "pydantic_core", "annotated_types"
    )
)
WORKFLOW_TASKS = 8  # at once: more on few cores runs into the SDK's deadlock detector
# The processes run without it: entering it cost a fifth of a command (docs/decisions/0022).
PLAIN = UnsandboxedWorkflowRunner()
CACHED_WORKFLOWS = 5000  # about 70 KiB each
STICKY = timedelta(seconds=5)  # how long a killed worker's incidents wait for it
BEATS = timedelta(seconds=2)  # heartbeats go out at least so often: a dead worker is known soon
GRACE = timedelta(seconds=6)  # a stopping worker finishes its sends


class Delivers(Protocol):
    """Sends messages; the activities of `Delivering`."""

    async def deliver(self, task: DeliveryInput) -> DeliveryOutcome:
        """Send one message."""
        ...


class PlansAnnouncements(Protocol):
    """Plans the messages of a status update."""

    async def plan_announcement(self, task: AnnouncementPlanInput) -> AnnouncementPlan:
        """Return the messages of the newest update."""
        ...


class PlansNotices(Protocol):
    """Plans what people are told of a schedule."""

    async def plan_notices(self, task: NoticePlanInput) -> NoticePlan:
        """Return what is due."""
        ...


class PlansQuestions(Protocol):
    """Plans what teams are asked."""

    async def plan_questions(self, task: QuestionPlanInput) -> QuestionPlan:
        """Return what is due."""
        ...


class PlansReminders(Protocol):
    """Plans what people are reminded of after an incident."""

    async def plan_reminders(self, task: ReminderPlanInput) -> ReminderPlan:
        """Return what is due."""
        ...


class PlansInvitations(Protocol):
    """Plans who is told of a postmortem meeting."""

    async def plan_invitations(self, task: InvitationPlanInput) -> InvitationPlan:
        """Return whom its newest change is told."""
        ...


class KeepsIssues(Protocol):
    """Keeps the issues of action items in trackers."""

    async def create_issue(self, task: IssueInput) -> None:
        """Have an item's issue be there."""
        ...

    async def look_at_issue(self, task: IssueInput) -> None:
        """Take over what the tracker says of it."""
        ...

    async def close_issue(self, task: IssueInput) -> None:
        """Close that of an item that is over."""
        ...


class LooksAtHeartbeats(Protocol):
    """Looks at heartbeats."""

    async def look_at_heartbeat(self, task: HeartbeatLookInput) -> HeartbeatLook:
        """Have the alert be as the heartbeat stands."""
        ...


def announcer(
    client: Client,
    recording: Recording,
    updates: PlansAnnouncements,
    delivering: Delivers,
    *,
    cached: int = CACHED_WORKFLOWS,
    runner: WorkflowRunner = PLAIN,
) -> Worker:
    """Return the worker that announces status updates, not yet running."""
    activities: list[Callable[..., Any]] = [
        recording.load_state,
        recording.append_events,
        updates.plan_announcement,
        delivering.deliver,
    ]
    return _worker(client, COMMS_QUEUE, [AnnouncementWorkflow], activities, cached, runner)


def hand_off_worker(
    client: Client,
    recording: Recording,
    notices: PlansNotices,
    delivering: Delivers,
    *,
    cached: int = CACHED_WORKFLOWS,
    runner: WorkflowRunner = PLAIN,
) -> Worker:
    """Return the worker that tells people of their shifts, not yet running."""
    activities: list[Callable[..., Any]] = [
        recording.load_state,
        recording.append_events,
        notices.plan_notices,
        delivering.deliver,
    ]
    return _worker(client, ON_CALL_QUEUE, [HandOffWorkflow], activities, cached, runner)


def follow_up_worker(  # noqa: PLR0913  each does another part of it
    client: Client,
    recording: Recording,
    reminders: PlansReminders,
    issues: KeepsIssues,
    delivering: Delivers,
    *,
    cached: int = CACHED_WORKFLOWS,
    runner: WorkflowRunner = PLAIN,
) -> Worker:
    """Return the worker that reminds people of what is still to be done, not yet running."""
    activities: list[Callable[..., Any]] = [
        recording.load_state,
        recording.append_events,
        reminders.plan_reminders,
        issues.create_issue,
        issues.look_at_issue,
        issues.close_issue,
        delivering.deliver,
    ]
    return _worker(client, FOLLOW_UP_QUEUE, [FollowUpWorkflow], activities, cached, runner)


def questions_worker(
    client: Client,
    recording: Recording,
    questions: PlansQuestions,
    delivering: Delivers,
    *,
    cached: int = CACHED_WORKFLOWS,
    runner: WorkflowRunner = PLAIN,
) -> Worker:
    """Return the worker that asks teams their weekly questions, not yet running."""
    activities: list[Callable[..., Any]] = [
        recording.load_state,
        recording.append_events,
        questions.plan_questions,
        delivering.deliver,
    ]
    return _worker(client, QUESTIONS_QUEUE, [QuestionsWorkflow], activities, cached, runner)


def meeting_worker(
    client: Client,
    recording: Recording,
    invitations: PlansInvitations,
    delivering: Delivers,
    *,
    cached: int = CACHED_WORKFLOWS,
    runner: WorkflowRunner = PLAIN,
) -> Worker:
    """Return the worker that invites people to postmortem meetings, not yet running."""
    activities: list[Callable[..., Any]] = [
        recording.load_state,
        recording.append_events,
        invitations.plan_invitations,
        delivering.deliver,
    ]
    return _worker(client, MEETING_QUEUE, [InvitationWorkflow], activities, cached, runner)


def heartbeat_worker(
    client: Client,
    watch: LooksAtHeartbeats,
    *,
    cached: int = CACHED_WORKFLOWS,
    runner: WorkflowRunner = PLAIN,
) -> Worker:
    """Return the worker that waits for the pings of heartbeats, not yet running."""
    activities: list[Callable[..., Any]] = [watch.look_at_heartbeat]
    return _worker(client, HEARTBEAT_QUEUE, [HeartbeatWorkflow], activities, cached, runner)


def incident_worker(
    client: Client,
    recording: Recording,
    delivering: Delivers,
    *,
    cached: int = CACHED_WORKFLOWS,
    runner: WorkflowRunner = PLAIN,
) -> Worker:
    """Return the worker that runs incidents, pages for them and probes, not yet running."""
    activities: list[Callable[..., Any]] = [
        recording.load_state,
        recording.append_events,
        recording.plan,
        recording.intend_deliveries,
        delivering.deliver,
    ]
    kinds = [IncidentWorkflow, ProbeWorkflow]
    return _worker(client, INCIDENT_QUEUE, kinds, activities, cached, runner)


def _worker(
    client: Client,
    task_queue: str,
    kinds: Sequence[type],
    activities: Sequence[Callable[..., Any]],
    cached: int,
    runner: WorkflowRunner,
) -> Worker:
    return Worker(
        client,
        task_queue=task_queue,
        workflows=kinds,
        activities=activities,
        workflow_runner=runner,
        max_cached_workflows=cached,
        max_concurrent_workflow_tasks=WORKFLOW_TASKS,
        sticky_queue_schedule_to_start_timeout=STICKY,
        graceful_shutdown_timeout=GRACE,
        max_heartbeat_throttle_interval=BEATS,
    )
