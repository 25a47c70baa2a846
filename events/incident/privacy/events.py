"""Privacy events: an incident's visibility and its members change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId, ResponderId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPrivacyChanged:
    """The incident became private, or is open again to everybody who reads incidents."""

    incident_id: IncidentId
    private: bool
    members: tuple[ResponderId, ...]  # who may know of it from now on; none when it is open
    reason: str | None  # None: it was declared so
    changed_by: str
    changed_at: datetime
    type: Literal["incident.privacy_changed"] = "incident.privacy_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMemberAdded:
    """Somebody who has no part in the response may know of the private incident."""

    incident_id: IncidentId
    responder_id: ResponderId
    added_by: str
    added_at: datetime
    type: Literal["incident.member_added"] = "incident.member_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMemberRemoved:
    """Somebody sees nothing of the private incident any more."""

    incident_id: IncidentId
    responder_id: ResponderId
    removed_by: str
    removed_at: datetime
    type: Literal["incident.member_removed"] = "incident.member_removed"


type PrivacyEvent = IncidentPrivacyChanged | IncidentMemberAdded | IncidentMemberRemoved
