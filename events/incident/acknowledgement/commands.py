"""Acknowledgement commands: it lapses when nobody gives a sign of life, or is given back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from events.actor import Actor
from events.values.inputs import Line, Says


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseAcknowledgement:
    """Take the incident from somebody who is silent; given by the workflow's timer."""

    due_at: datetime
    actor: Actor
    at: datetime
    kind: Literal["lapse_acknowledgement"] = "lapse_acknowledgement"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnacknowledgeIncident:
    """Unacknowledge the incident: nobody has it any more, and it is paged afresh."""

    actor: Actor
    at: datetime
    reason: Annotated[Line | None, Says("Why whoever has it has it no longer.")] = None
    kind: Literal["unacknowledge_incident"] = "unacknowledge_incident"


type AcknowledgementCommand = LapseAcknowledgement | UnacknowledgeIncident
