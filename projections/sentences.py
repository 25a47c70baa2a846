"""Events as people would say them: one English sentence for each kind."""

from events.alert.events import AlertResolved, AlertTriggered
from events.alert_group.events import AlertGroupOpened
from events.api_key.events import ApiKeyCreated, ApiKeyRevoked
from events.escalation_policy.events import EscalationPolicyDefined
from events.incident.events import (
    IncidentAcknowledged,
    IncidentClosed,
    IncidentDeadlineMissed,
    IncidentDeclared,
    IncidentDeclined,
    IncidentMitigated,
    IncidentPhaseAdvanced,
    IncidentReopened,
    IncidentResolved,
    IncidentSeverityChanged,
    IncidentTriaged,
    ResponderJoined,
    RoleAssigned,
    RoleHandedOver,
    StatusUpdatePublished,
)
from events.integration.events import IntegrationCreated, IntegrationRevoked
from events.log.recorded import UnknownEvent
from events.paging.events import PagingDegraded, PagingRestored
from events.responder.events import ResponderRegistered
from events.service.events import ServiceDefined
from events.subject.events import SubjectForgotten
from projections import page_sentences
from projections.wording import because, clock, counted, listed, person, words

FACETS = (page_sentences,)  # files that register sentences of their own, each for one subject


def sentence_for(event: object) -> str:
    """Return one sentence that says what happened."""
    text = " ".join(words(event).split())
    return text if text.endswith((".", "!", "?")) else f"{text}."


@words.register
def _(event: UnknownEvent) -> str:
    return f"Unknown event {event.type}, version {event.schema_version}"


@words.register
def _(event: IncidentDeclared) -> str:
    severity = f" as {event.severity}" if event.severity else ""
    return f"{person(event.declared_by)} declared {event.reference}{severity}: {event.title}"


@words.register
def _(event: IncidentAcknowledged) -> str:
    how = " by answering the page" if event.page_id else ""
    return f"{person(event.acknowledged_by)} acknowledged the incident{how}"


@words.register
def _(event: IncidentTriaged) -> str:
    impact, scope = event.impact.replace("_", " "), event.scope.replace("_", " ")
    who = person(event.triaged_by)
    return f"{who} judged the impact as {impact} and the scope as {scope}: {event.severity}"


@words.register
def _(event: IncidentSeverityChanged) -> str:
    before = f"from {event.previous_severity} " if event.previous_severity else ""
    who = person(event.changed_by)
    return f"{who} changed the severity {before}to {event.severity}: {event.reason}"


@words.register
def _(event: IncidentPhaseAdvanced) -> str:
    step = f"from {event.previous_phase} to {event.phase}"
    return f"{person(event.advanced_by)} moved the incident {step}{because(event.reason)}"


@words.register
def _(event: IncidentDeadlineMissed) -> str:
    return f"The incident was to reach {event.phase} by {clock(event.due_at)} and did not"


@words.register
def _(event: ResponderJoined) -> str:
    added_by = person(event.added_by)
    if added_by == event.responder_id:
        return f"{event.responder_id} joined the response"
    return f"{added_by} brought {event.responder_id} into the response"


@words.register
def _(event: RoleAssigned) -> str:
    assigned_by = person(event.assigned_by)
    if assigned_by == event.responder_id:
        return f"{event.responder_id} took the role {event.role}"
    return f"{assigned_by} gave {event.responder_id} the role {event.role}"


@words.register
def _(event: RoleHandedOver) -> str:
    by = person(event.handed_over_by)
    holder = "" if by == event.from_responder_id else f" from {event.from_responder_id}"
    return f"{by} handed the role {event.role} over{holder} to {event.to_responder_id}"


@words.register
def _(event: StatusUpdatePublished) -> str:
    following = f" Next update: {clock(event.next_update_at)}." if event.next_update_at else ""
    impact, actions = event.impact.rstrip(". \n"), event.current_actions.rstrip(". \n")
    who = person(event.published_by)
    return (
        f"{who} published status update {event.number}. Impact: {impact}."
        f" Current actions: {actions}.{following}"
    )


@words.register
def _(event: IncidentMitigated) -> str:
    return f"{person(event.mitigated_by)} reported the impact mitigated: {event.summary}"


@words.register
def _(event: IncidentResolved) -> str:
    return f"{person(event.resolved_by)} declared the incident resolved: {event.summary}"


@words.register
def _(event: IncidentReopened) -> str:
    step = f"going back from {event.previous_phase} to {event.phase}"
    return f"{person(event.reopened_by)} reopened the incident, {step}: {event.reason}"


@words.register
def _(event: IncidentDeclined) -> str:
    return f"{person(event.declined_by)} declined the incident as a false alarm: {event.reason}"


@words.register
def _(event: IncidentClosed) -> str:
    return f"{person(event.closed_by)} closed the incident"


@words.register
def _(event: PagingDegraded) -> str:
    return f"Paging has been waiting since {clock(event.waiting_since)}: {event.reason}"


@words.register
def _(_event: PagingRestored) -> str:
    return "Paging started after all"


@words.register
def _(event: AlertTriggered) -> str:
    return f"Alert {event.title} triggered, seen by integration {event.integration_id}"


@words.register
def _(event: AlertResolved) -> str:
    return f"Alert {event.title or event.alert_id} was over at {clock(event.ended_at)}"


@words.register
def _(event: AlertGroupOpened) -> str:
    source = f"integration {event.integration_id}"
    return f"Alerts of group {event.group_key} from {source} are gathered in this incident"


@words.register
def _(event: ResponderRegistered) -> str:
    channels = listed(method.channel.value for method in event.contact_methods)
    reached = f"can be reached by {channels}" if channels else "cannot be reached"
    who = person(event.registered_by)
    return f"{who} registered responder {event.responder_id}, who {reached}"


@words.register
def _(event: EscalationPolicyDefined) -> str:
    policy = f"escalation policy {event.escalation_policy_id}"
    return f"{person(event.defined_by)} defined {policy} with {counted(len(event.levels), 'level')}"


@words.register
def _(event: ServiceDefined) -> str:
    paged = f"paged by {event.escalation_policy_id}" if event.escalation_policy_id else "not paged"
    return f"{person(event.defined_by)} defined service {event.service_id}, {paged}"


@words.register
def _(event: IntegrationCreated) -> str:
    what = f"integration {event.integration_id} for service {event.service_id}"
    return f"{person(event.created_by)} created {what}"


@words.register
def _(event: IntegrationRevoked) -> str:
    return f"{person(event.revoked_by)} revoked integration {event.integration_id}"


@words.register
def _(event: ApiKeyCreated) -> str:
    scopes = listed(scope.value for scope in event.scopes)
    who = person(event.created_by)
    return f"{who} created API key {event.api_key_id} with scope {scopes or 'none'}"


@words.register
def _(event: ApiKeyRevoked) -> str:
    return f"{person(event.revoked_by)} revoked API key {event.api_key_id}"


@words.register
def _(event: SubjectForgotten) -> str:
    return f"{person(event.forgotten_by)} had {event.subject_id} forgotten{because(event.reason)}"
