"""Paging commands: what the relay reports of an incident's paging."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class DegradePaging:
    """Say that a page is due and cannot start."""

    incident_id: IncidentId
    waiting_since: datetime
    reason: str
    at: datetime
    kind: Literal["degrade_paging"] = "degrade_paging"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorePaging:
    """Say that it started after all."""

    incident_id: IncidentId
    at: datetime
    kind: Literal["restore_paging"] = "restore_paging"


type PagingCommand = DegradePaging | RestorePaging
