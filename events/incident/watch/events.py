"""Watch event: a mandatory role stayed unfilled; nobody did this, time did."""

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
