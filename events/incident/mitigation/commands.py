"""Mitigation action commands: what people may ask. Imperative, never stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from events.actor import Actor
from events.incident.mitigation.events import MitigationKind, MitigationOutcome
from events.values.inputs import Between, Says, TextIfAny


@dataclass(frozen=True, slots=True, kw_only=True)
class StartMitigationAction:
    """Start a mitigation action against the impact."""

    action: MitigationKind
    description: str
    actor: Actor
    at: datetime
    kind: Literal["start_mitigation_action"] = "start_mitigation_action"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMitigationAction:
    """End a mitigation action with its outcome; one that worked or failed may be reverted later."""

    number: Annotated[int, Between(1, 100_000), Says("Counted from 1.")]
    outcome: MitigationOutcome
    actor: Actor
    at: datetime
    comment: TextIfAny = ""
    kind: Literal["end_mitigation_action"] = "end_mitigation_action"


type MitigationCommand = StartMitigationAction | EndMitigationAction
