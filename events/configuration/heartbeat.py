"""Heartbeat: a ping that a job, a host or a monitor owes us, and what its silence means."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition_with_end
from events.errors import NotFound
from events.ids import IntegrationId, TeamId
from events.values.severity import Severity

HeartbeatId = NewType("HeartbeatId", str)


class HeartbeatNotFound(NotFound):
    """There is no such heartbeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineHeartbeat:
    """Begin to expect a ping, or change what is expected."""

    heartbeat_id: HeartbeatId
    name: str
    integration_id: IntegrationId
    interval_seconds: int
    grace_seconds: int
    severity: Severity | None
    message: str | None
    team_id: TeamId | None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndHeartbeat:
    """Expect no ping any more."""

    actor: Actor
    at: datetime


type HeartbeatCommand = DefineHeartbeat | EndHeartbeat


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatDefined:
    """A ping is expected at least so often from now on; silence is an alert of the integration."""

    heartbeat_id: HeartbeatId
    name: str
    integration_id: IntegrationId  # whose key pings it, and whose service is paged
    interval_seconds: int  # between two pings
    grace_seconds: int  # that a ping may be late, and that a run may take once it has begun
    severity: Severity | None  # of the alert; None: triage has to say it
    message: str | None  # the alert's title; None: that the heartbeat is silent
    team_id: TeamId | None  # who owns the job
    defined_by: str
    defined_at: datetime
    type: Literal["heartbeat.defined"] = "heartbeat.defined"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatEnded:
    """No ping is expected any more, and its alert is over."""

    heartbeat_id: HeartbeatId
    ended_by: str
    ended_at: datetime
    type: Literal["heartbeat.ended"] = "heartbeat.ended"


heartbeat_decider = definition_with_end(
    DefineHeartbeat,
    HeartbeatDefined,
    EndHeartbeat,
    HeartbeatEnded,
    missing=lambda: HeartbeatNotFound("No such heartbeat."),
)

AGGREGATE = Aggregate(
    noun="heartbeat", id=HeartbeatId, decider=heartbeat_decider, commands=HeartbeatCommand
)
