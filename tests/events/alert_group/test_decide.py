"""A storm of alerts is one incident, also when two webhooks come at once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given as any_of
from hypothesis import strategies as st

from events.alert_group.commands import JoinAlertGroup, OpenAlertGroup
from events.alert_group.decide import alert_group_decider
from events.alert_group.events import AlertGroupJoined, AlertGroupOpened
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


ROLLING = timedelta(minutes=10)


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def join(minutes: float, incident: IncidentId = INC_7) -> JoinAlertGroup:
    return JoinAlertGroup(group_id=GROUP, incident_id=incident, window=ROLLING, at=after(minutes))


def joined(minutes: float) -> AlertGroupJoined:
    return AlertGroupJoined(group_id=GROUP, goes_to=INC_7, opened_at=NOW, joined_at=after(minutes))


def test_a_window_that_rolls_begins_anew_with_each_alert_that_comes() -> None:
    given(opened(INC_7)).when(join(5)).then(joined(5))
    given(opened(INC_7), joined(5)).when(join(9)).then(joined(9))


def test_a_storm_is_no_event_for_each_of_its_alerts() -> None:
    given(opened(INC_7), joined(5)).when(join(5.1)).then_nothing()


def test_alerts_of_an_incident_that_the_group_has_left_change_nothing() -> None:
    given(opened(INC_7)).when(join(5, INC_8)).then_nothing()
    given().when(join(5)).then_nothing()


@any_of(st.lists(st.integers(1, 20), max_size=20))
def test_a_group_is_past_when_nothing_came_for_its_window_and_else_since_its_first(
    gaps: list[int],
) -> None:
    group = alert_group_decider.fold([opened(INC_7)])
    at, last = 0, 0
    for gap in gaps:
        at += gap
        assert group.is_past(ROLLING, after(at), rolling=True) is (at - last >= 10)
        assert group.is_past(ROLLING, after(at)) is (at >= 10)
        if at - last >= 10:
            break
        group = alert_group_decider.fold(alert_group_decider.decide(join(at), group), group)
        last = at
