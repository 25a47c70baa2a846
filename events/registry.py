"""Every kind of event there is: what the codec can read and the event catalogue lists."""

from events.alert.events import ALERT_EVENTS
from events.alert_group.events import ALERT_GROUP_EVENTS
from events.announcement.events import ANNOUNCEMENT_EVENTS
from events.api_key.events import API_KEY_EVENTS
from events.change.events import CHANGE_EVENTS
from events.decider import members_of
from events.escalation_policy.events import ESCALATION_POLICY_EVENTS
from events.incident.events import IncidentEvent
from events.incident_type.events import INCIDENT_TYPE_EVENTS
from events.integration.events import INTEGRATION_EVENTS
from events.inventory.events import INVENTORY_EVENTS
from events.notes.events import NOTES_EVENTS
from events.page.events import PAGE_EVENTS
from events.paging.events import PAGING_EVENTS
from events.repair.events import REPAIR_EVENTS
from events.responder.events import RESPONDER_EVENTS
from events.response_policy.events import RESPONSE_POLICY_EVENTS
from events.service.events import SERVICE_EVENTS
from events.subject.events import SUBJECT_EVENTS
from events.subscription.events import SUBSCRIPTION_EVENTS

ALL_EVENTS: tuple[type, ...] = (
    *members_of(IncidentEvent),
    *NOTES_EVENTS,
    *PAGE_EVENTS,
    *PAGING_EVENTS,
    *REPAIR_EVENTS,
    *INVENTORY_EVENTS,
    *ALERT_EVENTS,
    *ALERT_GROUP_EVENTS,
    *CHANGE_EVENTS,
    *RESPONDER_EVENTS,
    *ESCALATION_POLICY_EVENTS,
    *RESPONSE_POLICY_EVENTS,
    *SERVICE_EVENTS,
    *INCIDENT_TYPE_EVENTS,
    *INTEGRATION_EVENTS,
    *API_KEY_EVENTS,
    *SUBJECT_EVENTS,
    *SUBSCRIPTION_EVENTS,
    *ANNOUNCEMENT_EVENTS,
)
