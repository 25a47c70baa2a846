"""A page goes from level to level until somebody answers, nobody is left, or it is not wanted."""

from dataclasses import replace
from functools import partial

import pytest

from events.delivery.commands import RecordFailed, RecordSent, RecordSuppressed
from events.delivery.events import DeliveryFailed, DeliverySent, DeliverySuppressed
from events.errors import PageNotFound, PageOver
from events.ids import ResponderId
from events.page.commands import (
    AcknowledgePage,
    ReachLevel,
)
from events.page.decide import page_decider, still_wanted
from events.page.plan import Step
from tests.events.page.story import (
    ANA,
    BEN,
    CEM,
    INC_7,
    NOW,
    PAGE,
    acknowledge,
    acknowledged,
    all_silent,
    cem,
    delivery_to,
    empty,
    exhaust,
    exhausted,
    reach,
    reached,
    start,
    started,
    stop,
    stopped,
    time_out,
    timed_out,
)
from tests.given import given as given_to

given = partial(given_to, by=page_decider)
to_ana = delivery_to(ANA, 1, 1)
record_sent = RecordSent(delivery_id=to_ana, attempts=2, provider_id="250 queued", at=NOW)
record_failed = RecordFailed(delivery_id=to_ana, attempts=3, error="MailRejectedError", at=NOW)
record_suppressed = RecordSuppressed(delivery_id=to_ana, reason="acknowledged", at=NOW)
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
failed = DeliveryFailed(
    kind="page",
    about=str(PAGE),
    incident_id=INC_7,
    delivery_id=to_ana,
    responder_id=ANA,
    channel="email",
    attempts=3,
    error="MailRejectedError",
    failed_at=NOW,
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
OUTCOMES = ((record_sent, sent), (record_failed, failed), (record_suppressed, suppressed))


@pytest.mark.parametrize(
    "command",
    [
        reach(1, 1),
        record_sent,
        record_failed,
        record_suppressed,
        time_out(1, 1),
        acknowledge,
        stop,
        exhaust,
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_page_nobody_started_takes_no_command(command: object) -> None:
    given().when(command).refused(PageNotFound, "No such page")


def test_a_page_starts_once_and_keeps_its_plan() -> None:
    given().when(start).then(started)
    given(started).when(start).then_nothing()


def test_everybody_on_the_first_level_is_paged_first() -> None:
    given(started).when(reach(1, 1)).then(reached(1, 1))


def test_the_same_level_is_not_paged_twice_in_one_round() -> None:
    given(started, reached(1, 1)).when(reach(1, 1)).then_nothing()


@pytest.mark.parametrize(("round", "level"), [(1, 2), (2, 1), (2, 2), (3, 1)])
def test_no_level_is_skipped(round: int, level: int) -> None:
    page = given(started)
    command = ReachLevel(step=Step(round=round, level=level), deliveries=(), at=NOW)
    page.when(command).then_nothing()


def test_a_silent_level_is_followed_by_the_next() -> None:
    given(started, reached(1, 1)).when(time_out(1, 1)).then(timed_out(1, 1))
    given(started, reached(1, 1), timed_out(1, 1)).when(reach(1, 2)).then(reached(1, 2))


def test_after_the_last_level_the_round_is_repeated() -> None:
    one_round = (started, reached(1, 1), timed_out(1, 1), reached(1, 2), timed_out(1, 2))
    given(*one_round).when(reach(2, 1)).then(reached(2, 1))
    given(*one_round).when(exhaust).then_nothing()


def test_a_level_times_out_once_and_only_while_the_page_is_there() -> None:
    given(started, reached(1, 1), timed_out(1, 1)).when(time_out(1, 1)).then_nothing()
    given(started, reached(1, 1), timed_out(1, 1), reached(1, 2)).when(
        time_out(1, 1)
    ).then_nothing()


def test_a_level_where_nobody_can_be_reached_is_recorded_and_passed_at_once() -> None:
    nobody = ReachLevel(step=Step(round=1, level=1), deliveries=(), at=NOW)
    given(started).when(nobody).then(empty(1, 1))
    given(started, empty(1, 1)).when(time_out(1, 1)).then_nothing()
    given(started, empty(1, 1)).when(reach(1, 2)).then(reached(1, 2))


def test_when_every_round_was_silent_the_page_is_exhausted() -> None:
    given(*all_silent()).when(exhaust).then(exhausted)
    given(*all_silent(), exhausted).when(exhaust).then_nothing()


def test_nobody_is_paged_after_the_last_round() -> None:
    given(*all_silent()).when(
        ReachLevel(step=Step(round=3, level=1), deliveries=(), at=NOW)
    ).then_nothing()


def test_the_first_answer_ends_the_page() -> None:
    given(started, reached(1, 1)).when(acknowledge).then(acknowledged)


def test_a_second_answer_changes_nothing_whoever_gives_it() -> None:
    late = AcknowledgePage(actor=cem, via="incident", at=NOW)
    given(started, reached(1, 1), acknowledged).when(acknowledge).then_nothing()
    given(started, reached(1, 1), acknowledged).when(late).then_nothing()


def test_an_answer_given_before_anybody_was_paged_counts() -> None:
    given(started).when(acknowledge).then(acknowledged)
    given(started, acknowledged).when(reach(1, 1)).then_nothing()


def test_an_answer_after_the_last_level_counts() -> None:
    given(*all_silent(), exhausted).when(acknowledge).then(acknowledged)


def test_a_page_that_was_stopped_takes_no_answer() -> None:
    given(started, reached(1, 1), stopped).when(acknowledge).refused(
        PageOver, "INC-7 no longer needs an answer"
    )


def test_a_page_that_is_no_longer_wanted_stops_once() -> None:
    given(started, reached(1, 1)).when(stop).then(stopped)
    given(started, reached(1, 1), stopped).when(stop).then_nothing()


@pytest.mark.parametrize("end", [acknowledged, stopped], ids=["answered", "stopped"])
def test_a_page_that_is_over_pages_nobody_more(end: object) -> None:
    over = given(started, reached(1, 1), end)
    for command in (reach(1, 2), time_out(1, 1), stop, exhaust):
        over.when(command).then_nothing()


@pytest.mark.parametrize(("command", "outcome"), OUTCOMES)
def test_what_became_of_a_message_is_recorded(command: object, outcome: object) -> None:
    given(started, reached(1, 1)).when(command).then(outcome)


@pytest.mark.parametrize(("command", "outcome"), OUTCOMES)
def test_a_message_has_one_outcome(command: object, outcome: object) -> None:
    for other, _ in OUTCOMES:
        given(started, reached(1, 1), outcome).when(other).then_nothing()


@pytest.mark.parametrize(("command", "_outcome"), OUTCOMES)
def test_a_message_nobody_intended_has_no_outcome(command: object, _outcome: object) -> None:
    given(started).when(command).then_nothing()


@pytest.mark.parametrize(("command", "outcome"), OUTCOMES)
@pytest.mark.parametrize("end", [acknowledged, stopped], ids=["answered", "stopped"])
def test_an_outcome_that_comes_after_the_end_is_still_recorded(
    command: object, outcome: object, end: object
) -> None:
    given(started, reached(1, 1), end).when(command).then(outcome)


def test_an_outcome_that_comes_after_the_next_level_is_still_recorded() -> None:
    given(started, reached(1, 1), timed_out(1, 1), reached(1, 2)).when(record_sent).then(sent)


def test_a_message_is_wanted_from_its_intent_to_its_outcome_or_the_answer() -> None:
    fold = page_decider.fold
    assert still_wanted(fold([started]), to_ana) is None
    wanted = still_wanted(fold([started, reached(1, 1)]), to_ana)
    assert wanted is not None
    assert wanted.delivery.responder_id == ANA
    assert still_wanted(fold([started, reached(1, 1), sent]), to_ana) is None
    assert still_wanted(fold([started, reached(1, 1), acknowledged]), to_ana) is None
    assert still_wanted(fold([started, reached(1, 1), stopped]), to_ana) is None


def test_an_answer_by_one_person_spares_everybody_else() -> None:
    page = page_decider.fold([started, reached(1, 1), acknowledged])
    assert [still_wanted(page, delivery_to(person, 1, 1)) for person in (ANA, BEN)] == [None, None]
    assert still_wanted(page, delivery_to(CEM, 1, 2)) is None


def test_a_message_on_its_way_is_still_wanted_when_the_last_level_was_silent() -> None:
    page = page_decider.fold([started, reached(1, 1), exhausted])
    assert still_wanted(page, to_ana) is not None


def test_a_level_is_unreachable_once_all_its_own_messages_failed() -> None:
    page = page_decider.fold([started, reached(1, 1), timed_out(1, 1), reached(1, 2), sent])
    assert not page.unreachable
    assert page_decider.evolve(page, failed_to(CEM, 1, 2)).unreachable


def failed_to(person: ResponderId, round: int, level: int) -> DeliveryFailed:
    return replace(failed, delivery_id=delivery_to(person, round, level), responder_id=person)
