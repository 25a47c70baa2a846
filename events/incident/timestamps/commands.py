"""Timestamp command: how people may correct one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.incident.timestamps.names import Timestamp
from events.values.inputs import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectTimestamp:
    """Correct when something happened; what was said before is kept beside it."""

    timestamp: Timestamp
    happened_at: datetime
    reason: Text
    actor: Actor
    at: datetime
    kind: Literal["correct_timestamp"] = "correct_timestamp"
