"""A provider that cannot be reached is no silence: who is paged late, and what is said of it."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from events.delivery.commands import RecordDelayed
from events.delivery.events import DeliveryDelayed, DeliveryFailed, DeliverySent, DeliverySuppressed
from events.errors import PageNotFound
from events.ids import ResponderId
from events.page.decide import page_decider, still_wanted
from tests.events.page.story import (
    ANA,
    BEN,
    CEM,
    INC_7,
    NOW,
    PAGE,
    PLAN,
    acknowledged,
    delivery_to,
    empty,
    exhaust,
    exhausted,
    reached,
    started,
    time_out,
    timed_out,
    unreachable,
)
from tests.given import given as given_to

given = partial(given_to, by=page_decider)
to_ana = delivery_to(ANA, 1, 1)
sent = DeliverySent(
    kind="page",
    about=str(PAGE),
    incident_id=INC_7,
    delivery_id=to_ana,
    responder_id=ANA,
    channel="email",
    attempts=2,
    provider_id="250 queued",
    sent_at=NOW,
)
suppressed = DeliverySuppressed(
    kind="page",
    about=str(PAGE),
    incident_id=INC_7,
    delivery_id=to_ana,
    responder_id=ANA,
    channel="email",
    reason="acknowledged",
    suppressed_at=NOW,
)


def failed_to(person: ResponderId, round: int, level: int) -> DeliveryFailed:
    return DeliveryFailed(
        kind="page",
        about=str(PAGE),
        incident_id=INC_7,
        delivery_id=delivery_to(person, round, level),
        responder_id=person,
        channel="email",
        attempts=3,
        error="DeliveryRefused: smtp_550",
        failed_at=NOW,
    )


def delayed_to(person: ResponderId, round: int, level: int) -> DeliveryDelayed:
    return DeliveryDelayed(
        kind="page",
        about=str(PAGE),
        incident_id=INC_7,
        delivery_id=delivery_to(person, round, level),
        responder_id=person,
        channel="email",
        attempts=5,
        error="ProviderUnreachable: connect_failed",
        delayed_at=NOW,
    )


SECOND_LEVEL = (started, reached(1, 1), timed_out(1, 1), reached(1, 2))


def test_a_message_that_is_held_up_is_recorded_until_it_has_an_outcome() -> None:
    command = RecordDelayed(
        delivery_id=to_ana, attempts=5, error="ProviderUnreachable: connect_failed", at=NOW
    )
    given(started, reached(1, 1)).when(command).then(delayed_to(ANA, 1, 1))
    given(started, reached(1, 1), acknowledged).when(command).then(delayed_to(ANA, 1, 1))
    given(started, reached(1, 1), delayed_to(ANA, 1, 1)).when(command).then_nothing()
    given(started, reached(1, 1), sent).when(command).then_nothing()
    given().when(command).refused(PageNotFound, "No such page")
    page = page_decider.fold([started, reached(1, 1), delayed_to(ANA, 1, 1)])
    assert still_wanted(page, to_ana) is not None
    assert page.ledger.pending[to_ana].attempts_in_vain == 5
    assert not page_decider.evolve(page, sent).ledger.held_up


def test_a_level_whose_messages_are_all_held_up_is_left_at_once_for_the_next() -> None:
    page = page_decider.fold([started, reached(1, 1), delayed_to(ANA, 1, 1)])
    assert not page.unreachable  # nothing is known of Ben's: it may have arrived
    page = page_decider.evolve(page, delayed_to(BEN, 1, 1))
    assert page.unreachable
    failed, delayed = failed_to(ANA, 1, 1), delayed_to(BEN, 1, 1)
    one_failed = page_decider.fold([started, reached(1, 1), failed, delayed])
    assert one_failed.unreachable
    assert not page_decider.evolve(page, sent).unreachable


def test_no_round_is_repeated_and_no_page_given_up_while_messages_are_held_up() -> None:
    page = page_decider.fold([*SECOND_LEVEL, delayed_to(CEM, 1, 2)])
    assert page.unheard
    assert not page.unreachable
    assert page_decider.evolve(page, failed_to(CEM, 1, 2)).unreachable


def test_a_level_that_could_not_be_reached_was_not_silent() -> None:
    held_up = (delayed_to(ANA, 1, 1), delayed_to(BEN, 1, 1))
    given(started, reached(1, 1), *held_up).when(time_out(1, 1)).then(unreachable(1, 1))
    given(started, reached(1, 1), *held_up, sent).when(time_out(1, 1)).then(timed_out(1, 1))
    given(started, reached(1, 1), *held_up, unreachable(1, 1)).when(time_out(1, 1)).then_nothing()
    given(*SECOND_LEVEL, failed_to(CEM, 1, 2)).when(time_out(1, 2)).then(unreachable(1, 2))


def test_a_level_whose_messages_were_held_back_is_neither() -> None:
    page = page_decider.fold(
        [*SECOND_LEVEL, replace(suppressed, delivery_id=delivery_to(CEM, 1, 2))]
    )
    assert not page.unheard


def test_an_exhausted_page_says_how_much_was_silence_and_how_much_a_provider() -> None:
    steps = [(round, level) for round in (1, 2) for level in (1, 2)]
    ends = (unreachable, empty, timed_out, unreachable)
    events: list[object] = [started]
    for step, end in zip(steps, ends, strict=True):
        events += [end(*step)] if end is empty else [reached(*step), end(*step)]
    given(*events).when(exhaust).then(replace(exhausted, silent=1, unreached=3))


def test_who_is_paged_late_may_be_silent_as_long_as_others() -> None:
    page = page_decider.fold([*SECOND_LEVEL, delayed_to(CEM, 1, 2)])
    escalation_timeout = PLAN.levels[1].escalation_timeout
    assert page.silent_until == NOW + escalation_timeout
    late = NOW + timedelta(minutes=3)
    to_cem = replace(sent, delivery_id=delivery_to(CEM, 1, 2), sent_at=late)
    assert page_decider.evolve(page, to_cem).silent_until == late + escalation_timeout
    in_time = page_decider.fold(
        [*SECOND_LEVEL, replace(to_cem, sent_at=NOW + timedelta(seconds=2))]
    )
    assert in_time.silent_until == NOW + escalation_timeout
    assert page_decider.fold([started, reached(1, 1), timed_out(1, 1)]).silent_until is None
