"""Incident decider: every command of an incident, and the rule that answers it."""

from events.aggregate import Aggregate
from events.decider import Decider, members_of
from events.ids import IncidentId
from events.incident import declaring, rules, steps
from events.incident.acknowledgement import rules as acknowledgement
from events.incident.alerts import rules as alerts
from events.incident.backfill import rules as backfill
from events.incident.checklist import rules as checklist
from events.incident.commands import IncidentCommand
from events.incident.escalation import rules as escalation
from events.incident.events import IncidentEvent
from events.incident.fields import rules as fields
from events.incident.grammar import Rules
from events.incident.links import rules as links
from events.incident.mitigation import rules as mitigation
from events.incident.pages import each
from events.incident.pages import requests as responder_requests
from events.incident.pages import rules as pages
from events.incident.pages import steering as page_steering
from events.incident.privacy import rules as privacy
from events.incident.reassignment import rules as reassignment
from events.incident.relations import merging, parenting, requests
from events.incident.require import still_in
from events.incident.roles import offers, takeover
from events.incident.roles import rules as roles
from events.incident.severity import rules as severity
from events.incident.snooze import rules as snooze
from events.incident.state import INITIAL, Incident, evolve
from events.incident.status_updates import rules as status_updates
from events.incident.timestamps import rules as timestamps
from events.incident.watch import rules as watch
from events.incident.work_item import rules as work_item

RULES: Rules = {
    **declaring.RULES,
    **rules.RULES,
    **steps.RULES,
    **acknowledgement.RULES,
    **alerts.RULES,
    **backfill.RULES,
    **checklist.RULES,
    **escalation.RULES,
    **fields.RULES,
    **links.RULES,
    **mitigation.RULES,
    **pages.RULES,
    **responder_requests.RULES,
    **each.RULES,
    **page_steering.RULES,
    **privacy.RULES,
    **reassignment.RULES,
    **merging.RULES,
    **parenting.RULES,
    **requests.RULES,
    **roles.RULES,
    **offers.RULES,
    **takeover.RULES,
    **severity.RULES,
    **snooze.RULES,
    **status_updates.RULES,
    **timestamps.RULES,
    **watch.RULES,
    **work_item.RULES,
}


def decide(command: IncidentCommand, incident: Incident) -> list[IncidentEvent]:
    """Return the facts this command leads to; none if it is already so."""
    if not command.actor.is_admin:
        still_in(command.actor.responder_id, incident)
    return RULES[type(command)](command, incident)


incident_decider: Decider[IncidentCommand, Incident, IncidentEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=members_of(IncidentEvent)
)

AGGREGATE = Aggregate(
    noun="incident", id=IncidentId, decider=incident_decider, commands=IncidentCommand
)
