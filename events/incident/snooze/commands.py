"""Snooze commands: leave an incident alone until a time, and end that early."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from events.actor import Actor
from events.values.inputs import Derived, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeIncident:
    """Acknowledge the incident and leave it alone until a time; snoozed again, the time moves."""

    until: datetime
    actor: Actor
    at: datetime
    reason: Line | None = None
    kind: Literal["snooze_incident"] = "snooze_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSnooze:
    """End the snooze: who has the incident goes on with it; for anybody else it is paged again."""

    actor: Actor
    at: datetime
    due_at: Annotated[datetime | None, Derived()] = None  # the end that a timer waited for
    kind: Literal["end_snooze"] = "end_snooze"


type SnoozeCommand = SnoozeIncident | EndSnooze
