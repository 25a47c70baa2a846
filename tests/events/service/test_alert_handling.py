"""Alerts of a service end by silence and reopen incidents only where somebody said so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from events.actor import Actor
from events.errors import ServiceNotFound
from events.ids import EscalationPolicyId, ServiceId
from events.incident.phases import DEFAULT_DEADLINES
from events.service.alert_handling import AS_USUAL, AlertHandling
from events.service.commands import ChangeServiceAlertHandling
from events.service.decide import service_decider
from events.service.events import ServiceAlertHandlingChanged, ServiceDefined
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FOUR_HOURS = AlertHandling(
    auto_resolve_after=timedelta(hours=4), reopen_within=timedelta(minutes=10)
)
change = ChangeServiceAlertHandling(
    service_id=ServiceId("checkout"),
    alert_handling=FOUR_HOURS,
    actor=Actor(principal="api_key:root", is_admin=True),
    at=NOW,
)
changed = ServiceAlertHandlingChanged(
    service_id=ServiceId("checkout"),
    alert_handling=FOUR_HOURS,
    alert_handling_changed_by="api_key:root",
    alert_handling_changed_at=NOW,
)
defined = ServiceDefined(
    service_id=ServiceId("checkout"),
    name="Checkout",
    escalation_policy_id=EscalationPolicyId("checkout-on-call"),
    deadlines=DEFAULT_DEADLINES,
    defined_by="api_key:root",
    defined_at=NOW,
)


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_a_service_says_how_its_alerts_are_taken() -> None:
    given(defined).when(change).then(changed)
    given(defined, changed).when(replace(change, at=after(1))).then_nothing()
    given(defined, changed).when(replace(change, alert_handling=AS_USUAL)).then(
        replace(changed, alert_handling=AS_USUAL)
    )


def test_alerts_of_a_service_nobody_defined_are_taken_as_usual() -> None:
    given().when(change).refused(ServiceNotFound)


def test_what_was_said_of_its_alerts_stays_when_the_service_is_defined_anew() -> None:
    service = service_decider.fold([defined, changed, replace(defined, name="Shop")])
    assert service.alert_handling == FOUR_HOURS


def test_by_default_no_alert_ends_by_silence_and_none_reopens_an_incident() -> None:
    assert AS_USUAL.quiet_since(NOW, at=after(100_000)) is None
    assert not AS_USUAL.reopens(NOW, after(0.1))


@pytest.mark.parametrize(("minutes", "quiet"), [(239, False), (240, True), (300, True)])
def test_silence_counts_from_the_newest_news(minutes: float, *, quiet: bool) -> None:
    heard = FOUR_HOURS.quiet_since(NOW, after(-60), None, at=after(minutes))
    assert heard == (NOW if quiet else None)


@pytest.mark.parametrize(("minutes", "reopens"), [(0, True), (9.9, True), (10, False)])
def test_an_incident_is_reopened_within_its_window(minutes: float, *, reopens: bool) -> None:
    assert FOUR_HOURS.reopens(NOW, after(minutes)) is reopens
    assert not FOUR_HOURS.reopens(None, after(minutes))
