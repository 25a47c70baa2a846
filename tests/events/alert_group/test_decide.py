"""A storm of alerts is one incident, also when two webhooks come at once."""

from datetime import UTC, datetime
from uuid import UUID

from events.alert_group.commands import OpenAlertGroup
from events.alert_group.events import AlertGroupOpened
from events.ids import IncidentId, IntegrationId, alert_group_id_for
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MONITOR = IntegrationId("grafana")
GROUP = alert_group_id_for(MONITOR, "checkout")
INC_7, INC_8, INC_9 = (IncidentId(UUID(int=number)) for number in (7, 8, 9))


def send_to(incident: IncidentId, instead_of: IncidentId | None = None) -> OpenAlertGroup:
    return OpenAlertGroup(
        group_id=GROUP,
        integration_id=MONITOR,
        group_key="checkout",
        incident_id=incident,
        instead_of=instead_of,
        at=NOW,
    )


def opened(incident: IncidentId) -> AlertGroupOpened:
    return AlertGroupOpened(
        group_id=GROUP,
        integration_id=MONITOR,
        group_key="checkout",
        incident_id=incident,
        opened_at=NOW,
    )


def test_the_first_alert_of_a_group_opens_its_incident() -> None:
    given().when(send_to(INC_7)).then(opened(INC_7))


def test_of_two_webhooks_at_once_one_opens_the_incident_and_the_other_joins_it() -> None:
    given(opened(INC_7)).when(send_to(INC_8)).then_nothing()


def test_after_the_end_of_its_incident_a_group_goes_to_a_new_one() -> None:
    given(opened(INC_7)).when(send_to(INC_8, instead_of=INC_7)).then(opened(INC_8))


def test_of_two_webhooks_after_the_end_only_the_first_opens_a_new_incident() -> None:
    given(opened(INC_7), opened(INC_8)).when(send_to(INC_9, instead_of=INC_7)).then_nothing()
