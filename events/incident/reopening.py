"""What reopening asks for: an incident that was over has to be taken anew."""

from dataclasses import replace
from datetime import datetime

from events.incident.events import IncidentEvent
from events.incident.pages.rules import request_page
from events.incident.severity.response import asked_by_severity
from events.incident.state import Incident
from events.page.plan import PageTarget
from events.page.purpose import Purpose


def call_again(
    incident: Incident, reopened: Incident, reason: str, by: str, at: datetime
) -> list[IncidentEvent]:
    """Return what the incident's severity asks for, as if it were declared now.

    `incident` is as it was before, `reopened` as it is after; without a policy it pages at once.
    """
    times = sum(page.about.startswith("reopened:") for page in incident.pages)
    about, ask = f"reopened:{times + 1}", f"Reopened: {reason}"
    if incident.policy is not None:
        nobody = replace(reopened, acknowledged_by=None)
        return asked_by_severity(nobody, incident.severity, about=about, ask=ask, by=by, at=at)
    if incident.escalation_policy_id is None:
        return []
    return [
        request_page(
            incident,
            purpose=Purpose.RESPONSE,
            about=about,
            ask=ask,
            target=PageTarget(escalation_policy_id=incident.escalation_policy_id),
            requested_by=by,
            at=at,
        )
    ]
