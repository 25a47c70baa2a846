"""What an incident's watch over roles and status updates found: nobody did these, time did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleUnfilled:
    """A mandatory role was not filled in the time the policy gives."""

    incident_id: IncidentId
    role: str
    notice: int  # 1: somebody who is there was reminded; 2: the policy was paged
    due_at: datetime
    unfilled_at: datetime
    type: Literal["role.unfilled"] = "role.unfilled"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUpdateReminded:
    """A status update is due soon, and whoever writes it was told."""

    incident_id: IncidentId
    due_at: datetime
    reminded_at: datetime
    type: Literal["status_update.reminded"] = "status_update.reminded"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUpdateMissed:
    """A status update that was promised did not come: it is overdue."""

    incident_id: IncidentId
    due_at: datetime
    missed_at: datetime
    type: Literal["status_update.missed"] = "status_update.missed"


type WatchEvent = RoleUnfilled | StatusUpdateReminded | StatusUpdateMissed

WATCH_EVENTS: tuple[type, ...] = (RoleUnfilled, StatusUpdateReminded, StatusUpdateMissed)
