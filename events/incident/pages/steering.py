"""Page steering rules: to escalate at once, or to page by the plan of now."""

from events.errors import PageOver
from events.incident.events import IncidentEvent
from events.incident.grammar import Rules
from events.incident.pages.commands import EscalatePage, RenewPlan
from events.incident.pages.events import IncidentPageEscalated, IncidentPagePlanRenewed
from events.incident.pages.rules import known_page
from events.incident.pages.state import RequestedPage
from events.incident.require import live
from events.incident.state import Incident
from events.page.plan import Step


def escalate_page(command: EscalatePage, incident: Incident) -> list[IncidentEvent]:
    """Leave the level that somebody saw; the page itself knows whether it is still there.

    Raises: PageNotFound, PageOver.
    """
    page = _running(incident, command.number)
    step = Step(round=command.round, level=command.level)
    if page.steering.leave == step:
        return []
    return [
        IncidentPageEscalated(
            incident_id=live(incident),
            number=command.number,
            round=command.round,
            level=command.level,
            escalated_by=command.actor.name,
            escalated_at=command.at,
        )
    ]


def renew_plan(command: RenewPlan, incident: Incident) -> list[IncidentEvent]:
    """Have the page begin anew, with the levels and people of now.

    Raises: PageNotFound, PageOver.
    """
    _running(incident, command.number)
    return [
        IncidentPagePlanRenewed(
            incident_id=live(incident),
            number=command.number,
            renewed_by=command.actor.name,
            renewed_at=command.at,
        )
    ]


def _running(incident: Incident, number: int) -> RequestedPage:
    page = known_page(incident, number)
    if not page.wanted:
        raise PageOver(
            f"Page {number} of {incident.reference} is over ({page.over}): request another one."
        )
    if page.not_before is not None:
        raise PageOver(f"Page {number} of {incident.reference} waits for its time: send it now.")
    return page


RULES: Rules = {EscalatePage: escalate_page, RenewPlan: renew_plan}
