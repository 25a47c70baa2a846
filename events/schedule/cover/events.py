"""Cover events: asked, accepted, declined, expired, withdrawn. Each says whom to tell."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from events.ids import ResponderId, ScheduleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Time from one instant to another."""

    starts_at: datetime
    ends_at: datetime  # exclusive


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleCoverAsked:
    """Somebody asked others to take their shift, or part of it."""

    schedule_id: ScheduleId
    number: int  # of the request, within the schedule
    responder_id: ResponderId  # whose shift it is
    starts_at: datetime
    ends_at: datetime  # exclusive
    asked_ids: tuple[ResponderId, ...]  # who may take it; nobody: everybody of the team
    in_return: Span | None  # of the shift of whoever is asked: a swap
    reason: str | None
    notify_ids: tuple[ResponderId, ...]  # who is to be told
    asked_by: str
    asked_at: datetime
    type: Literal["schedule.cover_asked"] = "schedule.cover_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleCoverAccepted:
    """Somebody took a part of a shift; the overrides that say so were made with this."""

    schedule_id: ScheduleId
    number: int
    responder_id: ResponderId  # who takes it
    starts_at: datetime
    ends_at: datetime  # exclusive
    override_ids: tuple[UUID, ...]
    notify_ids: tuple[ResponderId, ...]
    accepted_by: str
    accepted_at: datetime
    type: Literal["schedule.cover_accepted"] = "schedule.cover_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleCoverDeclined:
    """Somebody who was asked said that they do not take the shift."""

    schedule_id: ScheduleId
    number: int
    responder_id: ResponderId  # who does not take it
    notify_ids: tuple[ResponderId, ...]
    declined_by: str
    declined_at: datetime
    type: Literal["schedule.cover_declined"] = "schedule.cover_declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleCoverExpired:
    """The time came, and nobody had taken what was left of the shift: it stays as planned."""

    schedule_id: ScheduleId
    number: int
    notify_ids: tuple[ResponderId, ...]
    expired_by: str
    expired_at: datetime
    type: Literal["schedule.cover_expired"] = "schedule.cover_expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleCoverWithdrawn:
    """The request counts no more; what was taken stays taken."""

    schedule_id: ScheduleId
    number: int
    notify_ids: tuple[ResponderId, ...]
    withdrawn_by: str
    withdrawn_at: datetime
    type: Literal["schedule.cover_withdrawn"] = "schedule.cover_withdrawn"


type CoverEvent = (
    ScheduleCoverAsked
    | ScheduleCoverAccepted
    | ScheduleCoverDeclined
    | ScheduleCoverExpired
    | ScheduleCoverWithdrawn
)
