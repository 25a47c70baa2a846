"""What shows that nothing more can come of a workflow by itself: it waits for somebody else."""

from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

from tests.eventually import eventually
from workflows.incident_view import SHOWN_WITHIN


async def timers(handle: WorkflowHandle[Any, Any]) -> list[timedelta]:
    """Return how long the timers are that run, but for the one that shows the version."""
    running: dict[int, timedelta] = {}
    for event in (await handle.fetch_history()).events:
        match event.event_type:
            case EventType.EVENT_TYPE_TIMER_STARTED:
                told = event.timer_started_event_attributes
                running[event.event_id] = told.start_to_fire_timeout.ToTimedelta()
            case EventType.EVENT_TYPE_TIMER_FIRED:
                running.pop(event.timer_fired_event_attributes.started_event_id)
            case EventType.EVENT_TYPE_TIMER_CANCELED:
                running.pop(event.timer_canceled_event_attributes.started_event_id)
            case _:
                continue
    return [length for length in running.values() if length != SHOWN_WITHIN]


async def is_idle(handle: WorkflowHandle[Any, Any]) -> bool:
    """Say whether no activity and no task is left that could do anything."""
    told = (await handle.describe()).raw_description
    return not told.pending_activities and not told.HasField("pending_workflow_task")


async def idles(handle: WorkflowHandle[Any, Any]) -> None:
    """Return once only a timer, or somebody else, can make the workflow go on."""
    await eventually(f"{handle.id} does nothing", lambda: is_idle(handle))


async def rests(handle: WorkflowHandle[Any, Any]) -> None:
    """Return once only somebody else can make the workflow go on."""

    async def at_rest() -> bool:
        return await is_idle(handle) and not await timers(handle)

    await eventually(f"{handle.id} waits for nothing", at_rest)
