"""Escalation command: page the next level at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from events.actor import Actor
from events.ids import EscalationPolicyId
from events.values.inputs import Between, Derived, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSeen:
    """A level of a page, and the one that follows it."""

    page: int
    round: int
    level: int
    next_policy_id: EscalationPolicyId | None = None  # None: it is the last level
    next_level: int = 1  # of that policy


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateIncident:
    """Page the next level at once. Page, round and level are those you see.

    Where it has left them meanwhile, as after a second click, it is refused with 409. Whoever has
    the incident has it no longer: those on the next level are asked to take it.
    """

    page: Annotated[int, Between(1, 10_000)]
    round: Annotated[int, Between(1, 10_000)]
    level: Annotated[int, Between(1, 10_000)]
    actor: Actor
    at: datetime
    reason: Line | None = None
    now: Annotated[LevelSeen | None, Derived()] = None  # where the newest page is by now
    kind: Literal["escalate_incident"] = "escalate_incident"
