"""Work item commands: what people may ask."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from events.actor import Actor
from events.ids import ResponderId
from events.values.inputs import Says, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignWorkItem:
    """Give the work item to somebody, or back to the queue; its due date may change with it."""

    owner: Annotated[ResponderId | None, Says("Null: back to the queue.")]
    actor: Actor
    at: datetime
    due_at: Annotated[datetime | None, Says("Left out: as it is.")] = None
    kind: Literal["reassign_work_item"] = "reassign_work_item"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteWorkItem:
    """Complete the work item, and say what was done."""

    summary: Text
    actor: Actor
    at: datetime
    kind: Literal["complete_work_item"] = "complete_work_item"


type WorkItemCommand = ReassignWorkItem | CompleteWorkItem
