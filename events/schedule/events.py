"""Schedule events: defined, overridden, ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import OverrideId, ResponderId, ScheduleId, TeamId
from events.on_call.layer import Layer
from events.on_call.rota import HolidayCalendar
from events.schedule.cover.events import (
    CoverEvent,
    ScheduleCoverAccepted,
    ScheduleCoverAsked,
    ScheduleCoverDeclined,
    ScheduleCoverExpired,
    ScheduleCoverWithdrawn,
)
from events.schedule.hand_over import ScheduleHandOverNoted


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleDefined:
    """From now on these layers say who is on call; who was on call until now stays as it was."""

    schedule_id: ScheduleId
    name: str
    team_id: TeamId | None  # whose schedule it is
    zone: str  # IANA
    layers: tuple[Layer, ...]
    holidays: HolidayCalendar
    defined_by: str
    defined_at: datetime
    type: Literal["schedule.defined"] = "schedule.defined"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleOverrideMade:
    """For a while somebody is on call, or is not, whatever the layers say."""

    schedule_id: ScheduleId
    override_id: OverrideId
    starts_at: datetime  # never before it was made
    ends_at: datetime  # exclusive
    off: ResponderId | None
    on: ResponderId | None
    reason: str | None
    made_by: str
    made_at: datetime
    type: Literal["schedule.override_made"] = "schedule.override_made"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleOverrideChanged:
    """An override is, from now on, this; it keeps its place among the others."""

    schedule_id: ScheduleId
    override_id: OverrideId
    starts_at: datetime
    ends_at: datetime
    off: ResponderId | None
    on: ResponderId | None
    reason: str | None
    changed_by: str
    changed_at: datetime
    type: Literal["schedule.override_changed"] = "schedule.override_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleOverrideWithdrawn:
    """An override holds no more; where it held until now, it did."""

    schedule_id: ScheduleId
    override_id: OverrideId
    withdrawn_by: str
    withdrawn_at: datetime
    type: Literal["schedule.override_withdrawn"] = "schedule.override_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleEnded:
    """From now on nobody is on call in the schedule, until it is defined again."""

    schedule_id: ScheduleId
    ended_by: str
    ended_at: datetime
    type: Literal["schedule.ended"] = "schedule.ended"


type OverrideEvent = ScheduleOverrideMade | ScheduleOverrideChanged | ScheduleOverrideWithdrawn

type ScheduleEvent = (
    ScheduleDefined | OverrideEvent | ScheduleEnded | CoverEvent | ScheduleHandOverNoted
)

SCHEDULE_EVENTS: tuple[type, ...] = (
    ScheduleDefined,
    ScheduleOverrideMade,
    ScheduleOverrideChanged,
    ScheduleOverrideWithdrawn,
    ScheduleEnded,
    ScheduleCoverAsked,
    ScheduleCoverAccepted,
    ScheduleCoverDeclined,
    ScheduleCoverExpired,
    ScheduleCoverWithdrawn,
    ScheduleHandOverNoted,
)
