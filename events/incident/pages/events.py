"""What can happen to the pages an incident calls; what happens to a page itself is the page's."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from events.ids import IncidentId, PageId
from events.page.plan import PageTarget
from events.page.purpose import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPageCalled:
    """A further page was called for; the first one goes without saying, with the declaration."""

    incident_id: IncidentId
    number: int  # from 2, in the order of the calls; the page's id is made of it
    purpose: Purpose
    about: str  # what it was called for, in a word: reopened:1, role_unfilled:commander
    ask: str  # what its messages ask for
    target: PageTarget
    not_before: datetime | None  # it waits until then; None: at once
    called_by: str
    called_at: datetime
    schema_version: ClassVar[int] = 2
    type: Literal["incident.page_called"] = "incident.page_called"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPageReleased:
    """A page that waited for its time waits no longer."""

    incident_id: IncidentId
    number: int
    reason: str
    released_by: str
    released_at: datetime
    type: Literal["incident.page_released"] = "incident.page_released"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPageAnswered:
    """A nudge was answered: whoever did it knows what is asked."""

    incident_id: IncidentId
    number: int
    page_id: PageId
    answered_by: str
    answered_at: datetime
    type: Literal["incident.page_answered"] = "incident.page_answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPageCalledOff:
    """A page is no longer wanted, because what it asked for is done or moot."""

    incident_id: IncidentId
    number: int
    reason: str
    called_off_by: str
    called_off_at: datetime
    type: Literal["incident.page_called_off"] = "incident.page_called_off"
