"""Alert storm rules: one at a time for an integration, which ends once it is calm."""

from typing import assert_never

from events.aggregate import Aggregate
from events.alert_storm.commands import AlertStormCommand, CalmAlertStorm, DetectAlertStorm
from events.alert_storm.events import (
    ALERT_STORM_EVENTS,
    AlertStormCalmed,
    AlertStormDetected,
    AlertStormEvent,
)
from events.alert_storm.state import INITIAL, AlertStorm, evolve, incident_of
from events.decider import Decider
from events.ids import AlertStormId


def decide(command: AlertStormCommand, storm: AlertStorm) -> list[AlertStormEvent]:
    """Return the fact this command leads to, none if it is already so."""
    match command:
        case DetectAlertStorm():
            return detect(command, storm)
        case CalmAlertStorm():
            return calm(command, storm)
        case _:
            assert_never(command)


def detect(command: DetectAlertStorm, storm: AlertStorm) -> list[AlertStormEvent]:
    """Begin a storm, unless one goes on."""
    if storm.goes_on:
        return []
    number = storm.number + 1
    return [
        AlertStormDetected(
            storm_id=command.storm_id,
            integration_id=command.integration_id,
            service_id=command.service_id,
            number=number,
            incident_id=incident_of(command.storm_id, number),
            above=command.above,
            detected_at=command.at,
        )
    ]


def calm(command: CalmAlertStorm, storm: AlertStorm) -> list[AlertStormEvent]:
    """End the storm of this number; another one is nobody's to end by it."""
    if storm.newest is None or not storm.goes_on or storm.number != command.number:
        return []
    return [
        AlertStormCalmed(
            storm_id=storm.newest.storm_id,
            number=storm.number,
            incident_id=storm.newest.incident_id,
            alerts=command.alerts,
            calmed_at=command.at,
        )
    ]


alert_storm_decider: Decider[AlertStormCommand, AlertStorm, AlertStormEvent] = Decider(
    initial=INITIAL,
    decide=decide,
    evolve=evolve,
    event_types=ALERT_STORM_EVENTS,
    afresh=(AlertStormDetected,),  # an integration may have storms for years
)

AGGREGATE = Aggregate(
    noun="alert_storm",
    id=AlertStormId,
    decider=alert_storm_decider,
    commands=AlertStormCommand,
)
