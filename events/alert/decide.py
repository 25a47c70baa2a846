"""Alert rules: deduplicated by key, one open occurrence, no late message reopens an old one."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from events.aggregate import Aggregate
from events.alert.commands import (
    AlertCommand,
    AmendAlert,
    EndSilentAlert,
    HoldAlert,
    MoveAlert,
    ReleaseAlert,
    ResolveAlert,
    TriggerAlert,
)
from events.alert.events import (
    ALERT_EVENTS,
    AlertAmended,
    AlertEnding,
    AlertEvent,
    AlertHeld,
    AlertMoved,
    AlertPassed,
    AlertReleased,
    AlertResolved,
    AlertTriggered,
)
from events.alert.refusals import AlertNotFound, AlertNotHeld
from events.alert.state import INITIAL, SKEW, Alert, evolve
from events.decider import Decider
from events.ids import AlertId


def decide(command: AlertCommand, alert: Alert) -> list[AlertEvent]:
    """Return the facts this command leads to; none if it is already so."""
    match command:
        case TriggerAlert():
            return trigger(command, alert)
        case HoldAlert():
            return hold(command, alert)
        case ReleaseAlert():
            return release(command, alert)
        case ResolveAlert():
            return resolve(command, alert)
        case EndSilentAlert():
            return end_silent(command, alert)
        case MoveAlert():
            return move(command, alert)
        case AmendAlert():
            return amend(command, alert)
        case _:
            assert_never(command)


def trigger(command: TriggerAlert, alert: Alert) -> list[AlertEvent]:
    """Open an occurrence; a firing message that comes after its own resolution opens nothing.

    One that is open still has ended by then, and its end was never reported.
    """
    if not alert.opens(command.started_at, command.at) or (command.released and not alert.held):
        return []
    return [
        *_ended(alert, command.started_at, command.at),
        AlertTriggered(
            alert_id=command.alert_id,
            integration_id=command.integration_id,
            dedup_key=command.dedup_key,
            incident_id=command.incident_id,
            title=command.title,
            labels=command.labels,
            annotations=command.annotations,
            source_url=command.source_url,
            started_at=command.started_at,
            triggered_at=command.at,
            applied=command.applied,
            hold=alert.held.hold if alert.held else None,
        ),
    ]


def hold(command: HoldAlert, alert: Alert) -> list[AlertEvent]:
    """Keep what fires from any incident; an alert that is open in one stays in it.

    Said again, it is nothing new unless it is held back otherwise, or says something else of itself
    than in its annotations: those may differ at every message. What somebody lets through stays so.
    """
    if alert.is_released:
        return []
    opens = alert.opens(command.started_at, command.at)
    if not opens and (not alert.is_open or command.out_of != alert.incident_id):
        return []
    held = alert.held
    since = held.hold.since if held else command.hold.since
    after = AlertHeld(
        alert_id=command.alert_id,
        integration_id=command.integration_id,
        dedup_key=command.dedup_key,
        title=command.title,
        severity=command.severity,
        labels=command.labels,
        annotations=command.annotations,
        source_url=command.source_url,
        started_at=held.started_at if held else command.started_at,
        hold=replace(command.hold, since=since),
        applied=command.applied,
        source=command.source,
        sender=command.sender,
        group_key=command.group_key,
        service_id=command.service_id,
        incident_id=None if opens else alert.incident_id,
        held_at=command.at,
    )
    if held is not None and _says(held) == _says(after):
        return []
    return [*(_ended(alert, command.started_at, command.at) if opens else []), after]


def release(command: ReleaseAlert, alert: Alert) -> list[AlertEvent]:
    """Let through what is held back; once is enough.

    Raises: AlertNotFound, AlertNotHeld.
    """
    if alert.alert_id is None:
        raise AlertNotFound("There is no such alert: nothing was heard of it.")
    if alert.held is None:
        raise AlertNotHeld(_not_held(alert))
    if alert.is_released:
        return []
    return [
        AlertReleased(
            alert_id=alert.alert_id,
            title=alert.title,
            hold=alert.held.hold,
            released_by=command.actor.name,
            released_at=command.at,
        )
    ]


def _not_held(alert: Alert) -> str:
    """Return why there is nothing to let through."""
    if alert.is_open and alert.triggered_at is not None:
        since = f"since {alert.triggered_at:%Y-%m-%d %H:%M:%S} UTC it fires in an incident"
    elif alert.resolved_at is not None:
        since = f"it was over at {alert.resolved_at:%Y-%m-%d %H:%M:%S} UTC"
    else:
        since = "it does not fire"
    return f"Alert {alert.title} is not held back any more: {since}."


def _says(held: AlertHeld) -> AlertHeld:
    """Return what counts of it."""
    since = held.hold.since
    return replace(held, annotations={}, source_url=None, incident_id=None, held_at=since)


def resolve(command: ResolveAlert, alert: Alert) -> list[AlertEvent]:
    """End the open occurrence; a resolution of something unknown or older is dropped.

    Source: PagerDuty Events API v2 accepts and drops a resolve without an open alert.
    """
    if alert.started_at is None:
        return []
    same = command.started_at is not None and alert.started_at - command.started_at <= SKEW
    if command.ended_at < alert.started_at and not same:
        return []
    return _over(alert, command.ended_at, command.at)


def end_silent(command: EndSilentAlert, alert: Alert) -> list[AlertEvent]:
    """End what is open and silent; an occurrence that began since was heard of by its beginning."""
    if alert.triggered_at is None or command.heard_at < alert.triggered_at:
        return []
    return _over(alert, command.ended_at, command.at, command.ending)


def _over(
    alert: Alert, ended_at: datetime, at: datetime, ending: AlertEnding = AlertEnding.REPORTED
) -> list[AlertEvent]:
    """Return the end of what fires; what is held back passes."""
    held = alert.held
    if held is None:
        return _ended(alert, ended_at, at, ending)
    return [
        AlertPassed(
            alert_id=held.alert_id,
            title=held.title,
            hold=held.hold,
            ended_at=max(ended_at, held.started_at),
            passed_at=at,
            ending=ending,
        )
    ]


def _ended(
    alert: Alert,
    ended_at: datetime,
    at: datetime,
    ending: AlertEnding = AlertEnding.REPORTED,
) -> list[AlertEvent]:
    """Return the end of what is open; it never ended before it began, whatever a clock says."""
    if not alert.is_open or alert.alert_id is None or alert.incident_id is None:
        return []
    return [
        AlertResolved(
            alert_id=alert.alert_id,
            incident_id=alert.incident_id,
            ended_at=max(ended_at, alert.started_at or ended_at),
            resolved_at=at,
            title=alert.title,
            ending=ending,
        )
    ]


def move(command: MoveAlert, alert: Alert) -> list[AlertEvent]:
    """Let the open occurrence go along; what is over stays where it was."""
    if not alert.is_open or alert.alert_id is None or alert.incident_id is None:
        return []
    if alert.started_at is None or alert.incident_id == command.incident_id:
        return []
    return [
        AlertMoved(
            alert_id=alert.alert_id,
            incident_id=command.incident_id,
            from_incident_id=alert.incident_id,
            title=alert.title,
            started_at=alert.started_at,
            moved_at=command.at,
        )
    ]


def amend(command: AmendAlert, alert: Alert) -> list[AlertEvent]:
    """Have what fires say something else; what is over keeps its words."""
    if not alert.is_open or alert.alert_id is None or alert.incident_id is None:
        return []
    wanted = (command.title, command.labels, command.annotations)
    if wanted == (alert.title, alert.labels, alert.annotations):
        return []
    return [
        AlertAmended(
            alert_id=alert.alert_id,
            incident_id=alert.incident_id,
            title=command.title,
            labels=command.labels,
            annotations=command.annotations,
            amended_at=command.at,
        )
    ]


alert_decider: Decider[AlertCommand, Alert, AlertEvent] = Decider(
    initial=INITIAL,
    decide=decide,
    evolve=evolve,
    event_types=ALERT_EVENTS,
    afresh=(AlertTriggered, AlertHeld),  # an alert may fire again and again for years
)

AGGREGATE = Aggregate(noun="alert", id=AlertId, decider=alert_decider, commands=AlertCommand)
