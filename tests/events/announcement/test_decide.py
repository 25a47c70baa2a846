"""Each status update once to each subscriber, and never an older one after a newer one."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from events.announcement.commands import (
    PlanAnnouncement,
)
from events.announcement.decide import AT_ONCE, announcement_decider
from events.announcement.events import (
    AnnouncementPlanned,
)
from events.delivery.commands import RecordDelayed, RecordFailed, RecordSent, RecordSuppressed
from events.delivery.events import (
    DeliveryDelayed,
    DeliveryFailed,
    DeliverySent,
    DeliverySuppressed,
    IntendedDelivery,
)
from events.ids import IncidentId, ResponderId, SubscriptionId, post_id_for
from tests.given import given as given_to

given = partial(given_to, by=announcement_decider)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
INC_7 = IncidentId(UUID("00000000-0000-4000-8000-000000000007"))
SUE = ResponderId("sue")


def post(number: int = 1, who: ResponderId = SUE) -> IntendedDelivery:
    return IntendedDelivery(
        delivery_id=post_id_for(INC_7, number, who, "email", 0),
        subscription_id=SubscriptionId("support"),
        responder_id=who,
        channel="email",
        address=0,
    )


def plan(number: int, *posts: IntendedDelivery) -> PlanAnnouncement:
    return PlanAnnouncement(incident_id=INC_7, number=number, deliveries=posts, at=NOW)


def planned(number: int, *posts: IntendedDelivery, complete: bool = True) -> AnnouncementPlanned:
    return AnnouncementPlanned(
        incident_id=INC_7, number=number, deliveries=posts, complete=complete, planned_at=NOW
    )


def test_an_update_is_planned_once() -> None:
    given().when(plan(1, post())).then(planned(1, post()))
    given(planned(1, post())).when(plan(1, post())).then_nothing()


def test_a_post_that_is_held_up_is_recorded_until_it_has_an_outcome() -> None:
    one = post()
    error = "ProviderUnreachable: connect_failed"
    command = RecordDelayed(delivery_id=one.delivery_id, attempts=5, error=error, at=NOW)
    delayed = DeliveryDelayed(
        kind="status_update",
        about="1",
        incident_id=INC_7,
        delivery_id=one.delivery_id,
        responder_id=SUE,
        channel="email",
        attempts=5,
        error=error,
        delayed_at=NOW,
    )
    given(planned(1, one)).when(command).then(delayed)
    sent = RecordSent(delivery_id=one.delivery_id, attempts=6, provider_id=None, at=NOW)
    given(planned(1, one), delayed).when(sent).then(
        DeliverySent(
            kind="status_update",
            about="1",
            incident_id=INC_7,
            delivery_id=one.delivery_id,
            responder_id=SUE,
            channel="email",
            attempts=6,
            provider_id=None,
            sent_at=NOW,
        )
    )
    given().when(command).then_nothing()


def test_an_older_update_is_not_planned_after_a_newer_one() -> None:
    given(planned(2, post(2))).when(plan(1, post())).then_nothing()


def test_an_update_that_nobody_subscribed_to_is_planned_for_nobody() -> None:
    given().when(plan(1)).then(planned(1))


def test_a_long_list_of_subscribers_goes_into_several_events() -> None:
    everybody = [post(who=ResponderId(f"sue-{one}")) for one in range(AT_ONCE + 1)]
    first = planned(1, *everybody[:AT_ONCE], complete=False)
    given().when(plan(1, *everybody)).then(first)
    rest = planned(1, everybody[-1])
    given(first).when(plan(1, *everybody)).then(rest)
    assert len(announcement_decider.fold([first, rest]).ledger.pending) == AT_ONCE + 1
    given(first, rest).when(plan(1, *everybody)).then_nothing()
    given(first).when(plan(2, post(2))).then(planned(2, post(2)))


def test_a_post_has_one_outcome() -> None:
    one = post()
    sent = DeliverySent(
        kind="status_update",
        about="1",
        incident_id=INC_7,
        delivery_id=one.delivery_id,
        responder_id=SUE,
        channel="email",
        attempts=2,
        provider_id="m-1",
        sent_at=NOW,
    )
    failed = DeliveryFailed(
        kind="status_update",
        about="1",
        incident_id=INC_7,
        delivery_id=one.delivery_id,
        responder_id=SUE,
        channel="email",
        attempts=2,
        error="no",
        failed_at=NOW,
    )
    suppressed = DeliverySuppressed(
        kind="status_update",
        about="1",
        incident_id=INC_7,
        delivery_id=one.delivery_id,
        responder_id=SUE,
        channel="email",
        reason="superseded",
        suppressed_at=NOW,
    )
    it, at = one.delivery_id, NOW
    outcomes: tuple[tuple[object, object], ...] = (
        (RecordSent(delivery_id=it, attempts=2, provider_id="m-1", at=at), sent),
        (RecordFailed(delivery_id=it, attempts=2, error="no", at=at), failed),
        (RecordSuppressed(delivery_id=it, reason="superseded", at=at), suppressed),
    )
    for command, outcome in outcomes:
        given(planned(1, post())).when(command).then(outcome)
        for other, _ in outcomes:
            given(planned(1, post()), outcome).when(other).then_nothing()


def test_an_outcome_of_what_was_never_planned_is_nothing() -> None:
    command = RecordSuppressed(delivery_id=post().delivery_id, reason="no", at=NOW)
    given().when(command).then_nothing()
    given(replace(planned(1), deliveries=())).when(command).then_nothing()
