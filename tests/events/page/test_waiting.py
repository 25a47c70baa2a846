"""A message that waits for its time: it is still to come, never late, and one of many is enough."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from events.delivery.events import (
    OVERTAKEN,
    DeliveryFailed,
    DeliverySent,
    DeliverySuppressed,
    IntendedDelivery,
)
from events.ids import DeliveryId, repeat_id_for
from events.page.decide import page_decider
from events.page.events import PageEvent, PageLevelReached
from events.page.overdue import Missed, Overdue, overdue
from events.page.overtaking import is_first, is_overtaken
from tests.events.page.story import (
    ANA,
    INC_7,
    NOW,
    PAGE,
    PLAN,
    acknowledged,
    delivery_to,
    reached,
    started,
    time_out,
    timed_out,
    unreachable,
)
from tests.given import given as given_to

given = partial(given_to, by=page_decider)
GRACE = timedelta(seconds=60)
FIRST = delivery_to(ANA, 1, 1)


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def level_of(*minutes: float) -> PageLevelReached:
    """Return the first level with one message to Ana at each of these minutes."""
    return replace(
        reached(1, 1),
        deliveries=tuple(
            IntendedDelivery(
                delivery_id=repeat_id_for(FIRST, repeat),
                responder_id=ANA,
                channel="email",
                address=0,
                not_before=after(minute) if minute else None,
                repeat=repeat,
            )
            for repeat, minute in enumerate(minutes)
        ),
    )


def repeat(number: int) -> DeliveryId:
    return repeat_id_for(FIRST, number)


def sent(number: int, minute: float) -> DeliverySent:
    return DeliverySent(
        kind="page",
        about=str(PAGE),
        incident_id=INC_7,
        delivery_id=repeat(number),
        responder_id=ANA,
        channel="email",
        attempts=1,
        provider_id=None,
        sent_at=after(minute),
    )


def failed(number: int) -> DeliveryFailed:
    return DeliveryFailed(
        kind="page",
        about=str(PAGE),
        incident_id=INC_7,
        delivery_id=repeat(number),
        responder_id=ANA,
        channel="email",
        attempts=1,
        error="DeliveryRefused: http_404",
        failed_at=NOW,
    )


def held_back(number: int, reason: str) -> DeliverySuppressed:
    return DeliverySuppressed(
        kind="page",
        about=str(PAGE),
        incident_id=INC_7,
        delivery_id=repeat(number),
        responder_id=ANA,
        channel="email",
        reason=reason,
        suppressed_at=NOW,
    )


def test_a_level_is_not_left_at_once_while_a_message_to_it_is_still_to_come() -> None:
    page = page_decider.fold([started, level_of(0, 2), failed(0)])
    assert not page.unheard
    assert not page.unreachable
    assert page_decider.evolve(page, failed(1)).unreachable


def test_a_level_that_only_has_messages_to_come_was_not_silent_when_its_time_is_over() -> None:
    too_early = replace(time_out(1, 1), at=after(1))
    in_time = replace(time_out(1, 1), at=after(3))
    given(started, level_of(0, 2), failed(0)).when(too_early).then(
        replace(unreachable(1, 1), found_at=after(1))
    )
    given(started, level_of(0, 2), failed(0)).when(in_time).then(
        replace(timed_out(1, 1), timed_out_at=after(3))
    )


def test_nobody_is_silent_before_the_first_message_is_due() -> None:
    timeout = PLAN.levels[0].escalation_timeout
    page = page_decider.fold([started, level_of(30, 35)])
    assert page.silent_until == after(30) + timeout
    assert page_decider.fold([started, level_of(0, 35)]).silent_until == NOW + timeout


def test_a_message_is_missed_a_minute_after_its_time_and_not_before() -> None:
    page = page_decider.fold([started, level_of(0, 3), sent(0, 0)])
    assert overdue(page, NOW, GRACE, may_send=True) == Overdue(at=after(4), step=Missed.SEND)
    somebody_works = overdue(page, NOW, GRACE, may_send=False)
    assert somebody_works == Overdue(at=after(6), step=Missed.TIME_OUT)
    answered = page_decider.evolve(page, acknowledged)
    assert overdue(answered, NOW, GRACE, may_send=True) is None


def test_a_waiting_page_is_not_missed_while_its_people_have_quiet_hours() -> None:
    page = page_decider.fold([started, level_of(480)])
    first = overdue(page, NOW, GRACE, may_send=True)
    assert first == Overdue(at=after(481), step=Missed.SEND)


def test_after_an_hour_without_a_worker_the_newest_message_stands_for_all() -> None:
    history: list[PageEvent] = [started, level_of(0, 5, 10, 15)]
    overtaken = [is_overtaken(history, repeat(n), after(12)) for n in range(4)]
    assert overtaken == [True, True, False, False]
    assert [is_overtaken(history, repeat(n), NOW) for n in range(4)] == [False] * 4


def test_a_message_that_went_wrong_stands_for_no_other() -> None:
    history: list[PageEvent] = [started, level_of(0, 5), failed(1)]
    assert not is_overtaken(history, repeat(0), after(6))
    history = [started, level_of(0, 5), held_back(1, "page_stopped")]
    assert not is_overtaken(history, repeat(0), after(6))


def test_nobody_gets_two_messages_over_one_contact_method_within_a_minute() -> None:
    late: list[PageEvent] = [started, level_of(0, 5, 6.5), sent(1, 6)]
    assert is_overtaken(late, repeat(2), after(6.5))
    in_time: list[PageEvent] = [started, level_of(0, 5, 6.5), sent(1, 5)]
    assert not is_overtaken(in_time, repeat(2), after(6.5))


def test_a_message_that_was_overtaken_does_not_make_its_level_heard() -> None:
    page = page_decider.fold([started, level_of(0, 2), held_back(0, OVERTAKEN), failed(1)])
    assert page.unreachable
    page = page_decider.fold([started, level_of(0, 2), held_back(0, "page_stopped"), failed(1)])
    assert not page.unheard


def test_what_is_meant_for_another_person_overtakes_nothing() -> None:
    assert not is_overtaken([started, reached(1, 1)], FIRST, after(60))
    assert not is_overtaken([started], FIRST, NOW)


def test_a_page_is_news_to_a_person_until_a_message_of_it_has_gone_out() -> None:
    history: list[PageEvent] = [started, level_of(0, 5, 10), failed(0)]
    assert [is_first(history, repeat(n)) for n in range(3)] == [True] * 3
    assert [is_first([*history, sent(1, 6)], repeat(n)) for n in range(3)] == [False] * 3
    assert not is_first(history, repeat(9))
