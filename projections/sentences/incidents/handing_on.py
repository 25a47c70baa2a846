"""Snooze and reassignment sentences."""

from events.incident.acknowledgement.events import (
    IncidentAcknowledgementLapsed,
    IncidentAcknowledgementRenewed,
    IncidentUnacknowledged,
)
from events.incident.reassignment.events import IncidentReassigned
from events.incident.snooze.events import IncidentSnoozed, IncidentSnoozeEnded
from projections.sentences.words import because, clock, listed, person, words


@words.register
def _(event: IncidentSnoozed) -> str:
    until = clock(event.until)
    return f"{person(event.snoozed_by)} snoozed the incident until {until}{because(event.reason)}"


@words.register
def _(event: IncidentSnoozeEnded) -> str:
    goes_on = "they go on with it" if event.still_had else "nobody has the incident now"
    if event.reason == "ended early":
        return f"{person(event.ended_by)} ended the snooze early: {goes_on}"
    return f"The snooze is over, {event.reason}: {goes_on}"


@words.register
def _(event: IncidentReassigned) -> str:
    policy = event.escalation_policy_id
    to = listed([*event.responder_ids, *([f"escalation policy {policy}"] if policy else [])])
    away = f" from {person(event.previously)}" if event.previously else ""
    return f"{person(event.reassigned_by)} reassigned the incident{away} to {to}: {event.reason}"


@words.register
def _(event: IncidentAcknowledgementRenewed) -> str:
    return f"{person(event.renewed_by)} still has the incident"


@words.register
def _(event: IncidentAcknowledgementLapsed) -> str:
    silent = f"no sign of life from {person(event.holder)} since {clock(event.silent_since)}"
    return f"Nobody has the incident any more: {silent}"


@words.register
def _(event: IncidentUnacknowledged) -> str:
    why = f": {event.reason}" if event.reason else ""
    by, holder = person(event.unacknowledged_by), person(event.holder)
    return f"{by} unacknowledged the incident, which {holder} had{why}"
