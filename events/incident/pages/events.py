"""Page request events; what happens to a page itself is in the page's own stream."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from events.ids import IncidentId, PageId, ResponderId
from events.page.plan import PageTarget
from events.page.purpose import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPageRequested:
    """A further page was requested; the first one goes without saying, with the declaration."""

    incident_id: IncidentId
    number: int  # from 2, in the order of the requests; the page's id is made of it
    purpose: Purpose
    about: str  # what it was requested for: reopened:1, roles_unfilled:2
    ask: str  # what its messages ask for
    target: PageTarget
    not_before: datetime | None  # it waits until then; None: at once
    requested_by: str
    requested_at: datetime
    schema_version: ClassVar[int] = 2
    type: Literal["incident.page_requested"] = "incident.page_requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPageSentNow:
    """A page that waited for its time waits no longer."""

    incident_id: IncidentId
    number: int
    reason: str
    sent_now_by: str
    sent_now_at: datetime
    type: Literal["incident.page_sent_now"] = "incident.page_sent_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPageAnswered:
    """A reminder was answered: whoever did it knows what is asked."""

    incident_id: IncidentId
    number: int
    page_id: PageId
    answered_by: str
    answered_at: datetime
    type: Literal["incident.page_answered"] = "incident.page_answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPageDeclined:
    """Somebody who was asked to help does not; they are not paged for it any more."""

    incident_id: IncidentId
    number: int
    responder_id: ResponderId
    reason: str | None
    declined_by: str
    declined_at: datetime
    type: Literal["incident.page_declined"] = "incident.page_declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPageCancelled:
    """A page is no longer wanted, because what it asked for is done or moot."""

    incident_id: IncidentId
    number: int
    reason: str
    cancelled_by: str
    cancelled_at: datetime
    type: Literal["incident.page_cancelled"] = "incident.page_cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPageEscalated:
    """Somebody wants the next level paged, without waiting for this one."""

    incident_id: IncidentId
    number: int
    round: int
    level: int
    escalated_by: str
    escalated_at: datetime
    type: Literal["incident.page_escalated"] = "incident.page_escalated"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPagePlanRenewed:
    """Somebody wants the page to begin anew, by its policy as it is now."""

    incident_id: IncidentId
    number: int
    renewed_by: str
    renewed_at: datetime
    type: Literal["incident.page_plan_renewed"] = "incident.page_plan_renewed"


type IncidentPageEvent = (
    IncidentPageRequested
    | IncidentPageSentNow
    | IncidentPageAnswered
    | IncidentPageDeclined
    | IncidentPageCancelled
    | IncidentPageEscalated
    | IncidentPagePlanRenewed
)
