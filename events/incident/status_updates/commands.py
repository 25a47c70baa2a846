"""Status update commands: what people and timers may ask. Imperative, never stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from events.actor import Actor
from events.values.inputs import Between, Says, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishStatusUpdate:
    """Publish an internal status update."""

    impact: Text
    current_actions: Text
    actor: Actor
    at: datetime
    next_update_at: datetime | None = None
    corrects: (
        Annotated[
            int,
            Between(1, 100_000),
            Says("Number of the earlier update that this one takes the place of, if any."),
        ]
        | None
    ) = None
    kind: Literal["publish_status_update"] = "publish_status_update"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOfUpdate:
    """Remind whoever writes the status update that it is due soon."""

    due_at: datetime
    actor: Actor
    at: datetime
    kind: Literal["remind_of_update"] = "remind_of_update"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissStatusUpdate:
    """Record that the status update did not come, and remind the incident commander."""

    due_at: datetime
    actor: Actor
    at: datetime
    kind: Literal["miss_status_update"] = "miss_status_update"


type StatusUpdateCommand = PublishStatusUpdate | RemindOfUpdate | MissStatusUpdate
