"""Timestamp command: how people may correct one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.incident.timestamps.names import Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectTimestamp:
    """Say when a moment of the incident really was."""

    name: Timestamp
    happened_at: datetime
    reason: str
    actor: Actor
    at: datetime
    kind: Literal["correct_timestamp"] = "correct_timestamp"
