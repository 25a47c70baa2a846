"""A person gets no more than their contact takes, what is new and bad is not kept waiting."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from events.delivery.limits import (
    CALLS,
    LOUD,
    ON_A_SCREEN,
    TEXT_MESSAGES,
    Asking,
    HandedOver,
    Limits,
    turn_of,
)
from events.ids import DeliveryId

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
LOW, NORMAL, HIGH, HIGHEST = range(2, 6)
every_limit = st.sampled_from([TEXT_MESSAGES, CALLS, ON_A_SCREEN])


def asking(urgency: int = HIGH, *, first: bool = False, number: int = 99) -> Asking:
    return Asking(delivery_id=DeliveryId(UUID(int=number)), urgency=urgency, first=first)


def sent(*minutes_ago: float, urgency: int = HIGH) -> list[HandedOver]:
    return [
        HandedOver(
            delivery_id=DeliveryId(UUID(int=number)),
            at=NOON - timedelta(minutes=ago),
            urgency=urgency,
        )
        for number, ago in enumerate(minutes_ago)
    ]


def waits(ask: Asking, earlier: list[HandedOver], limits: Limits = TEXT_MESSAGES) -> timedelta:
    return turn_of(ask, limits, earlier, NOON) - NOON


def test_who_got_nothing_lately_gets_it_at_once() -> None:
    assert waits(asking(), []) == timedelta(0)
    assert waits(asking(), sent(2, 4, 6)) == timedelta(0)


def test_two_text_messages_are_a_minute_apart() -> None:
    assert waits(asking(), sent(0.25)) == timedelta(seconds=45)
    assert waits(asking(first=True), sent(0.25)) == timedelta(seconds=45)


def test_a_sev1_does_not_wait_behind_what_is_less_urgent() -> None:
    assert waits(asking(HIGHEST, first=True), sent(0.25, urgency=NORMAL)) == timedelta(0)
    assert waits(asking(HIGHEST), sent(0.25, urgency=NORMAL)) == timedelta(seconds=45)


@pytest.mark.parametrize(
    ("limits", "spans"),
    [
        (TEXT_MESSAGES, {15: 5, 60: 11, 180: 21}),
        (CALLS, {15: 3, 60: 7, 180: 15}),
    ],
)
def test_the_limits_are_those_of_goalert(limits: Limits, spans: dict[int, int]) -> None:
    said = {window.span: window.messages for window in limits.windows}
    assert said == {timedelta(minutes=span): number for span, number in spans.items()}


def test_a_repeat_waits_until_there_is_room_and_a_new_sev1_has_room_of_its_own() -> None:
    earlier = sent(2, 4, 6, 8, 10)
    assert waits(asking(), earlier) == timedelta(minutes=5)
    assert waits(asking(NORMAL, first=True), earlier) == timedelta(minutes=5)
    assert waits(asking(HIGHEST, first=True), earlier) == timedelta(0)


questions = st.lists(
    st.tuples(st.integers(0, 240), st.integers(LOW, HIGHEST), st.booleans()), max_size=120
)


@each(limits=every_limit, asked=questions)
def test_no_contact_ever_gets_more_than_its_limits(
    limits: Limits, asked: list[tuple[int, int, bool]]
) -> None:
    """Whoever asks and when: twice the room with loud first pages, the room itself without."""
    went: list[HandedOver] = []
    quiet: list[HandedOver] = []
    now = NOON
    for seconds, urgency, first in asked:
        now += timedelta(seconds=seconds)
        ask = asking(urgency, first=first)
        if turn_of(ask, limits, went, now) <= now:
            one = HandedOver(delivery_id=ask.delivery_id, at=now, urgency=urgency)
            went.append(one)
            if not ask.goes_before:
                quiet.append(one)
    for window in limits.windows:
        for begin in went:
            after = [one for one in went if begin.at <= one.at < begin.at + window.span]
            assert len(after) <= 2 * window.messages
            calm = [one for one in quiet if begin.at <= one.at < begin.at + window.span]
            assert len(calm) <= window.messages
    for begin in went:  # within a pause each is worse than the one before
        soon = [one.urgency for one in went if begin.at <= one.at < begin.at + limits.pause]
        assert soon == sorted(set(soon))


@each(limits=every_limit, ages=st.lists(st.floats(0, 200), max_size=60), urgent=st.booleans())
def test_whoever_waits_until_their_turn_may_go_then(
    limits: Limits, ages: list[float], *, urgent: bool
) -> None:
    ask, earlier = asking(LOUD if urgent else LOW, first=urgent), sent(*ages)
    turn = turn_of(ask, limits, earlier, NOON)
    assert turn_of(ask, limits, earlier, turn) <= turn
    assert turn - NOON <= limits.longest
