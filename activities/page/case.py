"""Page case: a page that is wanted, with everything its message says."""

from dataclasses import dataclass
from datetime import datetime

from activities.delivery.recipient import Recipient
from events.delivery.events import IntendedDelivery
from events.ids import IncidentId, PageId
from events.incident.state import Incident
from events.page.plan import PagePlan, Step
from events.page.purpose import Purpose
from events.page.state import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A delivery that is wanted, with everything its message says."""

    page_id: PageId
    incident_id: IncidentId
    reference: str
    incident: Incident
    summary: str
    delivery: IntendedDelivery
    step: Step  # where the page was when it meant this delivery
    page: Page  # as it is now: it may have gone on since
    plan: PagePlan
    purpose: Purpose
    ask: str  # what the page asks for, beside the incident; may be empty
    paged_at: datetime
    responder: Recipient
    first: bool = False  # nothing of the page has gone out over this way so far
    next_step: str = ""  # over what the page would do next
