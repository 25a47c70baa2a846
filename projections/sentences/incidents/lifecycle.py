"""Lifecycle sentences: declared, acknowledged, mitigated, resolved, closed."""

from events.incident.description.events import IncidentDescribed
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
)
from events.incident.modes import Mode
from events.incident.pages.state import pages_nobody
from events.incident.roles.events import ResponderJoined, RoleAssigned, RoleHandedOver, spoken
from events.incident.severity.events import IncidentSeverityChanged, IncidentTriaged
from events.incident.status_updates.events import StatusUpdatePublished
from projections.sentences.words import because, clock, person, words


@words.register
def _(event: IncidentDeclared) -> str:
    severity = f" as {event.severity}" if event.severity else ""
    did = "entered" if event.mode is Mode.BACKFILLED else "declared"
    late = " after the fact" if event.mode is Mode.BACKFILLED else ""
    sentence = f"{person(event.declared_by)} {did} {event.reference}{late}{severity}: {event.title}"
    return (
        f"{sentence}. Nobody is paged: no escalation policy is set"
        if pages_nobody(event)
        else sentence
    )


@words.register
def _(event: IncidentDescribed) -> str:
    return f"{person(event.described_by)} updated title and summary: {event.title}"


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
    return f"Deadline missed: {event.phase} was due by {clock(event.due_at)}"


@words.register
def _(event: ResponderJoined) -> str:
    added_by = person(event.added_by)
    if added_by == event.responder_id:
        return f"{event.responder_id} joined the response"
    return f"{added_by} added {event.responder_id} to the response"


@words.register
def _(event: RoleAssigned) -> str:
    assigned_by = person(event.assigned_by)
    if assigned_by == event.responder_id:
        return f"{event.responder_id} took the role of {spoken(event.role)}"
    return f"{assigned_by} gave {event.responder_id} the role of {spoken(event.role)}"


@words.register
def _(event: RoleHandedOver) -> str:
    by = person(event.handed_over_by)
    holder = "" if by == event.from_responder_id else f" from {event.from_responder_id}"
    return f"{by} handed the role of {spoken(event.role)} over{holder} to {event.to_responder_id}"


@words.register
def _(event: StatusUpdatePublished) -> str:
    following = f" Next update: {clock(event.next_update_at)}." if event.next_update_at else ""
    impact, actions = event.impact.rstrip(". \n"), event.current_actions.rstrip(". \n")
    who = person(event.published_by)
    correction = f", which corrects update {event.corrects}" if event.corrects else ""
    return (
        f"{who} published status update {event.number}{correction}. Impact: {impact}."
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
    declined = event.category.declined.replace("declined", "declined the incident", 1)
    return f"{person(event.declined_by)} {declined}: {event.reason}"


@words.register
def _(event: IncidentClosed) -> str:
    return f"{person(event.closed_by)} closed the incident{because(event.reason)}"
