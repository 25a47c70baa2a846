"""Mitigation action commands: what people may ask. Imperative, never stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.incident.mitigation.events import MitigationKind, MitigationOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class StartMitigationAction:
    """Begin to do something against the impact."""

    action: MitigationKind
    description: str
    actor: Actor
    at: datetime
    kind: Literal["start_mitigation_action"] = "start_mitigation_action"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMitigationAction:
    """Say what came of an action."""

    number: int
    outcome: MitigationOutcome
    comment: str
    actor: Actor
    at: datetime
    kind: Literal["end_mitigation_action"] = "end_mitigation_action"


type MitigationCommand = StartMitigationAction | EndMitigationAction
