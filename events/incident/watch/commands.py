"""Watch command: what an incident asks of itself when a role stays unfilled."""

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
