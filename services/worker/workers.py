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
    NoticePlan,
    NoticePlanInput,
)
from activities.recording import Recording
from workflows.announcement import AnnouncementWorkflow
from workflows.hand_off import HandOffWorkflow
from workflows.heartbeat import HeartbeatWorkflow
from workflows.ids import COMMS_QUEUE, HEARTBEAT_QUEUE, INCIDENT_QUEUE, ON_CALL_QUEUE
from workflows.incident import IncidentWorkflow
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
