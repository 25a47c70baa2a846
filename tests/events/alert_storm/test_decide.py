"""An integration has one storm at a time, and each ends once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from events.alert_storm.commands import CalmAlertStorm, DetectAlertStorm
from events.alert_storm.events import AlertStormCalmed, AlertStormDetected
from events.alert_storm.state import incident_of
from events.ids import IntegrationId, ServiceId, alert_storm_id_for
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MONITOR, CHECKOUT = IntegrationId("grafana"), ServiceId("checkout")
STORM = alert_storm_id_for(MONITOR, CHECKOUT, "")

detect = DetectAlertStorm(
    storm_id=STORM, integration_id=MONITOR, service_id=CHECKOUT, above=10, at=NOW
)
calm = CalmAlertStorm(number=1, alerts=2_314, at=NOW + timedelta(minutes=7))


def detected(number: int = 1) -> AlertStormDetected:
    return AlertStormDetected(
        storm_id=STORM,
        integration_id=MONITOR,
        service_id=CHECKOUT,
        number=number,
        incident_id=incident_of(STORM, number),
        above=10,
        detected_at=NOW,
    )


calmed = AlertStormCalmed(
    storm_id=STORM,
    number=1,
    incident_id=incident_of(STORM, 1),
    alerts=2_314,
    calmed_at=NOW + timedelta(minutes=7),
)


def test_too_many_incidents_are_a_storm_with_an_incident_of_its_own() -> None:
    given().when(detect).then(detected())


def test_a_storm_that_goes_on_is_not_detected_again() -> None:
    given(detected()).when(replace(detect, at=NOW + timedelta(minutes=1))).then_nothing()


def test_a_storm_is_over_once() -> None:
    given(detected()).when(calm).then(calmed)
    given(detected(), calmed).when(calm).then_nothing()
    given().when(calm).then_nothing()


def test_the_next_storm_has_another_incident_and_is_not_ended_for_the_one_before() -> None:
    given(detected(), calmed).when(detect).then(detected(2))
    given(detected(), calmed, detected(2)).when(calm).then_nothing()
