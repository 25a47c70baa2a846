"""Sandbox: a log that was simulated, and whose first event says so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition

SandboxId = NewType("SandboxId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSandbox:
    """Say that everything in this log is made up; no door of a running system takes it."""

    sandbox_id: SandboxId
    seed: int
    services: int
    people: int
    planted: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOpened:
    """What follows in this log is a simulation, from this seed; nobody was paged."""

    sandbox_id: SandboxId
    seed: int
    services: int
    people: int
    planted: tuple[str, ...]  # anti-patterns that were asked for
    starts_at: datetime
    ends_at: datetime  # exclusive: no incident began later
    opened_by: str
    opened_at: datetime
    type: Literal["sandbox.opened"] = "sandbox.opened"


sandbox_decider = definition(OpenSandbox, SandboxOpened)

AGGREGATE = Aggregate(noun="sandbox", id=SandboxId, decider=sandbox_decider, commands=OpenSandbox)
