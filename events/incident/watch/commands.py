"""What an incident asks of itself when roles stay empty and status updates do not come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeUnfilledRoles:
    """Record which mandatory roles nobody filled in time, and have them filled."""

    due_at: datetime
    actor: Actor
    at: datetime
    kind: Literal["notice_unfilled_roles"] = "notice_unfilled_roles"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOfUpdate:
    """Tell whoever writes the status update that it is due soon."""

    due_at: datetime
    actor: Actor
    at: datetime
    kind: Literal["remind_of_update"] = "remind_of_update"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissStatusUpdate:
    """Record that the status update did not come, and tell the commander."""

    due_at: datetime
    actor: Actor
    at: datetime
    kind: Literal["miss_status_update"] = "miss_status_update"


type WatchCommand = NoticeUnfilledRoles | RemindOfUpdate | MissStatusUpdate
