"""Events as people would say them: one English sentence for each kind."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import singledispatch

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
from events.incident.privacy import (
    IncidentMemberAdded,
    IncidentMemberRemoved,
    IncidentPrivacyChanged,
)
from events.integration.events import IntegrationCreated, IntegrationRevoked
from events.log.codec import wire_name
from events.log.recorded import UnknownEvent
from events.page.events import (
    EscalationExhausted,
    PageAcknowledged,
    PageDeliveryFailed,
    PageLevelEmpty,
    PageLevelReached,
    PageSent,
    PageStarted,
    PageStopped,
    PageSuppressed,
    PageTimedOut,
)
from events.paging.events import PagingDegraded, PagingRestored
from events.responder.events import ResponderRegistered
from events.service.events import ServiceDefined
from events.subject.events import SubjectForgotten

PRINCIPALS = {"api_key": "API key", "integration": "Integration", "workflow": "Tocsin"}


def sentence_for(event: object) -> str:
    """Return one sentence that says what happened."""
    text = " ".join(words(event).split())
    return text if text.endswith((".", "!", "?")) else f"{text}."


def person(name: str) -> str:
    """Return how a sentence calls the author of an event."""
    kind, _, rest = name.partition(":")
    if kind == "workflow":
        return "Tocsin"
    if kind == "responder" and rest:
        return rest
    return f"{PRINCIPALS[kind]} {rest}" if kind in PRINCIPALS else name


@singledispatch
def words(event: object) -> str:
    """Return the sentence, perhaps without its full stop."""
    return f"{wire_name(type(event))} happened"


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
def _(event: IncidentPrivacyChanged) -> str:
    standing = "private" if event.private else "open to everybody who reads incidents"
    return f"{person(event.changed_by)} made the incident {standing}{because(event.reason)}"


@words.register
def _(event: IncidentMemberAdded) -> str:
    return f"{person(event.added_by)} let {event.responder_id} see the private incident"


@words.register
def _(event: IncidentMemberRemoved) -> str:
    removed_by = person(event.removed_by)
    if removed_by == event.responder_id:
        return f"{event.responder_id} left the private incident"
    return f"{removed_by} removed {event.responder_id} from the private incident"


@words.register
def _(event: PageStarted) -> str:
    plan = event.plan
    repeats = f", repeated {times(plan.repeats)}" if plan.repeats else ""
    levels = counted(len(plan.levels), "level")
    return f"Paging began by escalation policy {plan.escalation_policy_id}: {levels}{repeats}"


@words.register
def _(event: PageLevelReached) -> str:
    ways: dict[str, list[str]] = {}
    for delivery in event.deliveries:
        ways.setdefault(delivery.responder_id, []).append(delivery.channel)
    people = listed(f"{who} by {listed(channels)}" for who, channels in ways.items())
    return f"Level {event.level} is being paged{round_of(event.turn)}: {people}"


@words.register
def _(event: PageLevelEmpty) -> str:
    return f"Nobody on level {event.level} can be reached{round_of(event.turn)}, so paging goes on"


@words.register
def _(event: PageSent) -> str:
    return f"{event.responder_id} was paged by {event.channel}{tried(event.attempts)}"


@words.register
def _(event: PageDeliveryFailed) -> str:
    how = f"{event.channel}{tried(event.attempts)}"
    return f"{event.responder_id} could not be paged by {how}: {event.error}"


@words.register
def _(event: PageSuppressed) -> str:
    message = f"The page to {event.responder_id} by {event.channel}"
    return f"{message} was held back: {event.reason}"


@words.register
def _(event: PageTimedOut) -> str:
    return f"Level {event.level} stayed silent{round_of(event.turn)}"


@words.register
def _(event: PageAcknowledged) -> str:
    how = "with the link in it" if event.via == "link" else f"through the {event.via}"
    return f"{person(event.acknowledged_by)} answered the page {how}"


@words.register
def _(event: PageStopped) -> str:
    return f"Paging stopped: {event.reason}"


@words.register
def _(event: EscalationExhausted) -> str:
    rounds = counted(event.turns, "round")
    return f"Every level stayed silent for {rounds}: nobody is left to page"


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


def because(reason: str | None) -> str:
    """Return the reason as the end of a sentence."""
    return f": {reason}" if reason else ""


def clock(at: datetime) -> str:
    """Return a moment as people write it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def round_of(turn: int) -> str:
    """Return the round, unless it is the first."""
    return f" in round {turn}" if turn > 1 else ""


def tried(attempts: int) -> str:
    """Return how many attempts it took, unless it was one."""
    return f" after {attempts} attempts" if attempts > 1 else ""


def times(number: int) -> str:
    """Return how often."""
    return "once" if number == 1 else f"{number} times"


def counted(number: int, noun: str) -> str:
    """Return a number of things."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(parts: Iterable[str]) -> str:
    """Return the parts as an enumeration."""
    *others, last = [*parts] or [""]
    return f"{', '.join(others)} and {last}" if others else last
