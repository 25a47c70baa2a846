"""Work item sentences."""

from events.incident.work_item.events import (
    WorkItemCompleted,
    WorkItemOpened,
    WorkItemReassigned,
    WorkItemRetracted,
)
from projections.sentences.words import clock, person, words


@words.register
def _(event: WorkItemOpened) -> str:
    waits = f"for {event.owner}" if event.owner else "in the queue"
    return f"Nobody is paged: a work item waits {waits}, due {clock(event.due_at)}"


@words.register
def _(event: WorkItemReassigned) -> str:
    to = f"to {event.owner}" if event.owner else "back to the queue"
    return f"{person(event.reassigned_by)} gave the work item {to}, due {clock(event.due_at)}"


@words.register
def _(event: WorkItemCompleted) -> str:
    return f"{person(event.completed_by)} completed the work item: {event.summary}"


@words.register
def _(event: WorkItemRetracted) -> str:
    return f"The work item was retracted: {event.reason}"
