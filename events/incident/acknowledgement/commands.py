"""Acknowledgement command of the clock: it lapses when nobody gives a sign of life."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseAcknowledgement:
    """Take the incident from somebody who is silent; given by the workflow's timer."""

    due_at: datetime
    actor: Actor
    at: datetime
    kind: Literal["lapse_acknowledgement"] = "lapse_acknowledgement"
