"""Schedule commands: define, override, take the pager, end."""

from dataclasses import dataclass
from datetime import date, datetime

from events.actor import Actor
from events.ids import OverrideId, ResponderId, ScheduleId, TeamId
from events.on_call.layer import Layer
from events.on_call.rota import HolidayCalendar
from events.schedule.cover.commands import CoverCommand
from events.schedule.hand_over import NoteHandOver


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineSchedule:
    """Create the schedule, or replace what it says from now on."""

    schedule_id: ScheduleId
    name: str
    team_id: TeamId | None
    zone: str
    layers: tuple[Layer, ...]
    holidays: HolidayCalendar
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeOverride:
    """Have somebody else on call for a while, or somebody more, or somebody less."""

    schedule_id: ScheduleId
    override_id: OverrideId  # made once: the same id again changes nothing
    starts_at: datetime
    ends_at: datetime
    off: ResponderId | None
    on: ResponderId | None
    reason: str | None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOverride:
    """Change an override in part; what is None stays as it is."""

    schedule_id: ScheduleId
    override_id: OverrideId
    starts_at: datetime | None = None
    starts_on: date | None = None  # moves the day; the time of day stays, in the schedule's zone
    ends_at: datetime | None = None
    ends_on: date | None = None
    on: ResponderId | None = None
    reason: str | None = None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOverride:
    """Let an override hold no more."""

    schedule_id: ScheduleId
    override_id: OverrideId
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePager:
    """Be on call from now on, in the place of whoever is."""

    schedule_id: ScheduleId
    responder_id: ResponderId
    until: datetime | None  # None: until the next hand-off
    override_ids: OverrideId  # that its overrides have theirs from
    gone: tuple[tuple[ResponderId, datetime], ...]  # who can be paged no more: of no stream here
    reason: str | None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSchedule:
    """Have nobody on call in the schedule any more."""

    schedule_id: ScheduleId
    actor: Actor
    at: datetime


type ScheduleCommand = (
    DefineSchedule
    | MakeOverride
    | ChangeOverride
    | WithdrawOverride
    | TakePager
    | EndSchedule
    | CoverCommand
    | NoteHandOver
)
