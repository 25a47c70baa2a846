"""An alert that is held back fires without an incident, until a message is decided otherwise."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from events.actor import Actor
from events.alert.commands import AlertCommand, HoldAlert, ReleaseAlert, ResolveAlert
from events.alert.decide import alert_decider
from events.alert.events import AlertEvent, AlertHeld, AlertPassed, AlertReleased, AlertTriggered
from events.alert.refusals import AlertNotFound, AlertNotHeld
from events.errors import CommandRejected
from events.ids import IncidentId, ResponderId, ServiceId
from events.routing.holding import Hold, HoldReason
from events.values.severity import Severity
from tests.events.alert.test_decide import (
    ALERT,
    INCIDENT,
    MONITOR,
    after,
    firing,
    over,
    resolved,
    triggered,
)
from tests.given import given

CHECKOUT = ServiceId("checkout")


def suppressed(since: float) -> Hold:
    return Hold(
        reason=HoldReason.SUPPRESSED, by="staging", owner="organisation", since=after(since)
    )


def holding(
    since: float, *, at: float | None = None, out_of: IncidentId | None = None
) -> HoldAlert:
    return HoldAlert(
        alert_id=ALERT,
        integration_id=MONITOR,
        dedup_key="HighErrorRate/checkout",
        title="High error rate",
        severity=Severity.SEV3,
        labels={"service": "checkout"},
        annotations={},
        source_url=None,
        started_at=after(since),
        hold=suppressed(since + 1 if at is None else at),
        applied=(),
        source="alertmanager",
        sender="Alertmanager",
        group_key="errors",
        service_id=CHECKOUT,
        out_of=out_of,
        at=after(since + 1 if at is None else at),
    )


def held(since: float, *, left: IncidentId | None = None) -> AlertHeld:
    return AlertHeld(
        alert_id=ALERT,
        integration_id=MONITOR,
        dedup_key="HighErrorRate/checkout",
        title="High error rate",
        severity=Severity.SEV3,
        labels={"service": "checkout"},
        annotations={},
        source_url=None,
        started_at=after(since),
        hold=suppressed(since + 1),
        applied=(),
        source="alertmanager",
        sender="Alertmanager",
        group_key="errors",
        service_id=CHECKOUT,
        incident_id=left,
        held_at=after(since + 1),
    )


def passed(until: float, since: float) -> AlertPassed:
    return AlertPassed(
        alert_id=ALERT,
        title="High error rate",
        hold=suppressed(since),
        ended_at=after(until),
        passed_at=after(until + 1),
    )


ADA = Actor(principal="account:ada", responder_id=ResponderId("ada"))
RELEASE = ReleaseAlert(actor=ADA, at=after(20))
RELEASED = AlertReleased(
    alert_id=ALERT,
    title="High error rate",
    hold=suppressed(1),
    released_by="responder:ada",
    released_at=after(20),
)


def test_an_alert_that_is_held_back_belongs_to_no_incident() -> None:
    given().when(holding(0)).then(held(0))


def test_said_again_it_is_held_back_as_before_whatever_its_annotations_say() -> None:
    again = replace(holding(0, at=30), annotations={"value": "97 %"})
    given(held(0)).when(again).then_nothing()


def test_what_gets_worse_while_it_is_held_back_is_told_and_counts_since_it_began() -> None:
    worse = replace(holding(0, at=30), severity=Severity.SEV1)
    after_it = replace(held(0), severity=Severity.SEV1, held_at=after(30))
    given(held(0)).when(worse).then(after_it)


def test_once_a_message_is_decided_otherwise_it_joins_an_incident_and_says_why_so_late() -> None:
    given(held(0)).when(replace(firing(0), at=after(30))).then(
        replace(triggered(0), triggered_at=after(30), hold=suppressed(1))
    )


def test_what_is_over_while_it_is_held_back_has_passed() -> None:
    given(held(0)).when(over(5)).then(passed(5, since=1))
    given(held(0), passed(5, since=1)).when(over(6)).then_nothing()


def test_an_alert_that_is_open_stays_in_its_incident() -> None:
    given(triggered(0)).when(holding(0, at=30)).then_nothing()
    given(triggered(0)).when(holding(0, at=30, out_of=IncidentId(ALERT))).then_nothing()


def test_what_fires_on_when_its_incident_is_over_is_held_back_outside_of_it() -> None:
    left = replace(held(0, left=INCIDENT), hold=suppressed(30), held_at=after(30))
    given(triggered(0)).when(holding(0, at=30, out_of=INCIDENT)).then(left)


def test_a_new_occurrence_that_is_held_back_ends_the_one_before() -> None:
    given(triggered(0)).when(holding(60)).then(replace(resolved(60), ended_at=after(60)), held(60))


def test_a_late_message_about_what_has_passed_opens_nothing() -> None:
    late = after(5) + timedelta(seconds=90)
    given(held(0), passed(5, since=1)).when(replace(holding(0), at=late)).then_nothing()
    given(held(0), passed(5, since=1)).when(replace(firing(0), at=late)).then_nothing()


def test_what_is_let_through_by_itself_after_it_was_over_opens_nothing() -> None:
    """Nobody says that it fires: however long ago it passed, this is no new occurrence."""
    released = replace(firing(0), released=True, at=after(600))
    given(held(0), passed(5, since=1)).when(released).then_nothing()
    given(triggered(0)).when(released).then_nothing()
    given(held(0)).when(released).then(
        replace(triggered(0), triggered_at=after(600), hold=suppressed(1))
    )


STEPS = st.lists(st.sampled_from(["hold", "fire", "end"]), max_size=12)


@any_of(STEPS)
def test_whatever_the_rules_say_at_each_message_the_last_one_counts(steps: list[str]) -> None:
    events: list[object] = []
    state, opened = alert_decider.initial, False
    for number, step in enumerate(steps):
        minutes = number * 10.0
        command: AlertCommand
        match step:
            case "hold":
                command = holding(minutes)
            case "fire":
                command = firing(minutes)
            case _:
                command = ResolveAlert(ended_at=after(minutes), at=after(minutes + 1))
        made = alert_decider.decide(command, state)
        events += made
        state = alert_decider.fold(made, state)
        assert state.is_open is (step == "fire")
        assert (state.held is not None) is (step == "hold")
        opened = opened or step == "fire"
        assert state == alert_decider.fold(events)  # type: ignore[arg-type]
        assert not (state.is_open and state.held)
    assert opened is any(isinstance(one, AlertTriggered) for one in events)


def test_somebody_lets_it_through_once() -> None:
    given(held(0)).when(RELEASE).then(RELEASED)
    given(held(0), RELEASED).when(replace(RELEASE, at=after(30))).then_nothing()


def test_what_was_let_through_is_not_held_back_again_while_it_fires() -> None:
    given(held(0), RELEASED).when(replace(holding(0, at=30), severity=None)).then_nothing()
    given(held(0), RELEASED, passed(40, since=1)).when(holding(300)).then(held(300))


@pytest.mark.parametrize(
    ("events", "refusal"),
    [
        ([], AlertNotFound),
        ([triggered(0)], AlertNotHeld),
        ([held(0), passed(5, since=1)], AlertNotHeld),
    ],
    ids=["unknown", "fires in an incident", "over"],
)
def test_there_is_nothing_to_let_through_that_is_not_held_back(
    events: list[AlertEvent], refusal: type[CommandRejected]
) -> None:
    with pytest.raises(refusal):
        alert_decider.decide(RELEASE, alert_decider.fold(events))
