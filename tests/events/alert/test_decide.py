"""An alert has one open occurrence, and a late message opens no old one again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from events.alert.commands import EndSilentAlert, MoveAlert, ResolveAlert, TriggerAlert
from events.alert.events import AlertEnding, AlertMoved, AlertResolved, AlertTriggered
from events.ids import IncidentId, IntegrationId, alert_id_for, incident_id_for
from tests.given import given

FIRST = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MONITOR = IntegrationId("grafana")
ALERT = alert_id_for(MONITOR, "HighErrorRate/checkout")
INCIDENT = incident_id_for(ALERT)
ANOTHER_INCIDENT = incident_id_for(INCIDENT)


def after(minutes: float) -> datetime:
    return FIRST + timedelta(minutes=minutes)


def firing(since: float, incident: IncidentId = INCIDENT) -> TriggerAlert:
    return TriggerAlert(
        alert_id=ALERT,
        integration_id=MONITOR,
        dedup_key="HighErrorRate/checkout",
        incident_id=incident,
        title="High error rate",
        labels={"service": "checkout"},
        annotations={},
        source_url=None,
        started_at=after(since),
        at=after(since + 1),
    )


def triggered(since: float, incident: IncidentId = INCIDENT) -> AlertTriggered:
    return AlertTriggered(
        alert_id=ALERT,
        integration_id=MONITOR,
        dedup_key="HighErrorRate/checkout",
        incident_id=incident,
        title="High error rate",
        labels={"service": "checkout"},
        annotations={},
        source_url=None,
        started_at=after(since),
        triggered_at=after(since + 1),
    )


def over(until: float) -> ResolveAlert:
    return ResolveAlert(ended_at=after(until), at=after(until + 1))


def resolved(until: float, incident: IncidentId = INCIDENT) -> AlertResolved:
    return AlertResolved(
        alert_id=ALERT,
        incident_id=incident,
        ended_at=after(until),
        resolved_at=after(until + 1),
        title="High error rate",
    )


def test_trouble_opens_an_alert_that_belongs_to_an_incident() -> None:
    given().when(firing(0)).then(triggered(0))


def test_an_alert_that_fires_on_while_open_changes_nothing() -> None:
    given(triggered(0)).when(firing(0)).then_nothing()
    given(triggered(0)).when(firing(-5, ANOTHER_INCIDENT)).then_nothing()


def test_two_monitors_whose_clocks_differ_a_little_tell_of_one_occurrence() -> None:
    given(triggered(0)).when(firing(1, ANOTHER_INCIDENT)).then_nothing()


def test_an_alert_that_began_anew_has_ended_before_though_nobody_told() -> None:
    given(triggered(0)).when(firing(5, ANOTHER_INCIDENT)).then(
        replace(resolved(5), resolved_at=after(6)), triggered(5, ANOTHER_INCIDENT)
    )


def test_an_alert_ends_with_its_trouble_and_keeps_its_incident() -> None:
    given(triggered(0)).when(over(10)).then(resolved(10))


def test_an_alert_ends_once() -> None:
    given(triggered(0), resolved(10)).when(over(10)).then_nothing()


def test_the_end_of_something_unknown_is_dropped() -> None:
    given().when(over(10)).then_nothing()


def test_new_trouble_after_the_end_opens_a_new_occurrence_in_its_own_incident() -> None:
    given(triggered(0), resolved(10)).when(firing(20, ANOTHER_INCIDENT)).then(
        triggered(20, ANOTHER_INCIDENT)
    )
    given(triggered(0), resolved(10), triggered(20, ANOTHER_INCIDENT)).when(over(30)).then(
        resolved(30, ANOTHER_INCIDENT)
    )


def test_an_end_ends_the_occurrence_that_it_names_whatever_its_clock_says() -> None:
    behind = replace(over(-30), started_at=after(0))
    given(triggered(0)).when(behind).then(
        replace(resolved(0), resolved_at=after(-29))  # it never ended before it began
    )


def test_a_firing_message_that_comes_after_its_own_end_opens_nothing() -> None:
    given(triggered(0), resolved(10)).when(firing(0)).then_nothing()


def test_the_late_end_of_an_older_occurrence_does_not_end_the_new_one() -> None:
    given(triggered(0), resolved(10), triggered(20)).when(over(10)).then_nothing()


def test_an_alert_that_fires_again_as_of_its_first_start_is_news_once_its_end_is_old() -> None:
    seen_again = replace(firing(0, ANOTHER_INCIDENT), at=after(60))
    again = replace(triggered(0, ANOTHER_INCIDENT), triggered_at=after(60))
    given(triggered(0), resolved(5)).when(seen_again).then(again)


moving = MoveAlert(incident_id=ANOTHER_INCIDENT, at=after(5))
moved = AlertMoved(
    alert_id=ALERT,
    incident_id=ANOTHER_INCIDENT,
    from_incident_id=INCIDENT,
    title="High error rate",
    started_at=after(0),
    moved_at=after(5),
)


def test_an_open_alert_goes_along_with_its_incident_once() -> None:
    given(triggered(0)).when(moving).then(moved)
    given(triggered(0), moved).when(moving).then_nothing()


def test_an_alert_that_is_over_or_unknown_goes_nowhere() -> None:
    given().when(moving).then_nothing()
    over = AlertResolved(
        alert_id=ALERT,
        incident_id=INCIDENT,
        ended_at=after(2),
        resolved_at=after(3),
        title="High error rate",
    )
    given(triggered(0), over).when(moving).then_nothing()


def test_a_moved_alert_ends_in_the_incident_it_went_to() -> None:
    given(triggered(0), moved).when(ResolveAlert(ended_at=after(6), at=after(7))).then(
        AlertResolved(
            alert_id=ALERT,
            incident_id=ANOTHER_INCIDENT,
            ended_at=after(6),
            resolved_at=after(7),
            title="High error rate",
        )
    )


def silent(heard: float, until: float) -> EndSilentAlert:
    return EndSilentAlert(
        heard_at=after(heard),
        ended_at=after(until),
        ending=AlertEnding.EXPIRED,
        at=after(until + 1),
    )


def expired(until: float) -> AlertResolved:
    return replace(resolved(until), ending=AlertEnding.EXPIRED)


def test_an_alert_that_is_not_repeated_ends_when_its_sender_said() -> None:
    given(triggered(0)).when(silent(2, until=6)).then(expired(6))


def test_an_alert_expires_once() -> None:
    given(triggered(0), expired(6)).when(silent(2, until=6)).then_nothing()
    given(triggered(0), resolved(4)).when(silent(2, until=6)).then_nothing()
    given().when(silent(2, until=6)).then_nothing()


def test_silence_before_an_occurrence_began_does_not_end_it() -> None:
    given(triggered(0), resolved(2), triggered(4)).when(silent(1, until=6)).then_nothing()


def test_an_alert_that_expired_fires_anew_at_the_next_message() -> None:
    again = replace(firing(0), at=after(7.1))
    given(triggered(0), expired(6)).when(again).then(replace(triggered(0), triggered_at=after(7.1)))


def test_a_late_message_does_not_reopen_what_its_sender_ended() -> None:
    given(triggered(0), resolved(6)).when(replace(firing(0), at=after(7.1))).then_nothing()
