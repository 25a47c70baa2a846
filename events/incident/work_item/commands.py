"""Work item commands: what people may ask."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.ids import ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignWorkItem:
    """Give it to somebody, or back to the queue; its due date may change with it."""

    owner: ResponderId | None
    due_at: datetime | None  # None: as it is
    actor: Actor
    at: datetime
    kind: Literal["reassign_work_item"] = "reassign_work_item"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteWorkItem:
    """Say that it is done."""

    summary: str
    actor: Actor
    at: datetime
    kind: Literal["complete_work_item"] = "complete_work_item"


type WorkItemCommand = ReassignWorkItem | CompleteWorkItem
