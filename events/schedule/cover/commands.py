"""Cover commands: ask for cover, accept, decline, withdraw, and let a request expire."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.ids import ResponderId, ScheduleId
from events.schedule.cover.events import Span

type Gone = tuple[tuple[ResponderId, datetime], ...]  # who can be paged no more, since when


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCover:
    """Ask others to take a shift, or part of it; with something in return it is a swap."""

    schedule_id: ScheduleId
    responder_id: ResponderId  # whose shift it is
    starts_at: datetime
    ends_at: datetime
    asked_ids: tuple[ResponderId, ...]  # nobody: everybody of the team
    in_return: Span | None
    reason: str | None
    team: tuple[ResponderId, ...]  # who may take it where nobody is named
    manages: bool  # the actor may ask for others
    gone: Gone
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptCover:
    """Take what is open of a shift, or part of it."""

    schedule_id: ScheduleId
    number: int
    responder_id: ResponderId  # who takes it
    starts_at: datetime | None  # None: from the beginning
    ends_at: datetime | None  # None: to the end
    team: tuple[ResponderId, ...]
    gone: Gone
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineCover:
    """Say that one does not take a shift."""

    schedule_id: ScheduleId
    number: int
    responder_id: ResponderId
    team: tuple[ResponderId, ...]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawCover:
    """Ask for cover no more."""

    schedule_id: ScheduleId
    number: int
    manages: bool
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireCover:
    """Let a request end whose time has come."""

    schedule_id: ScheduleId
    number: int
    actor: Actor
    at: datetime


type CoverCommand = AskCover | AcceptCover | DeclineCover | WithdrawCover | ExpireCover
