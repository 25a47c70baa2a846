"""A message that went out and reaches nobody is not waited for; others on the level are."""

from events.delivery.commands import RecordSent
from events.ids import ResponderId
from events.page.commands import PageCommand, ReachLevel, RecordLost, TimeOutLevel
from events.page.decide import page_decider
from events.page.events import PageLevelUnreached, PageMessagesLost, PageTimedOut
from events.page.plan import Step
from events.page.state import Page
from tests.events.page.story import (
    ANA,
    BEN,
    CEM,
    NOW,
    acknowledge,
    delivery_to,
    messages_for,
    start,
)

FIRST = Step(round=1, level=1)
reach = ReachLevel(step=FIRST, deliveries=messages_for(FIRST), at=NOW)


def sent_to(person: ResponderId) -> RecordSent:
    return RecordSent(delivery_id=delivery_to(person, 1, 1), attempts=1, provider_id=None, at=NOW)


def lost_by(person: ResponderId, *, level: int = 1) -> RecordLost:
    return RecordLost(
        delivery_ids=(delivery_to(person, 1, level),),
        responder_id=person,
        reason="no_answer",
        at=NOW,
    )


def page_after(*commands: PageCommand) -> Page:
    page = page_decider.initial
    for command in (start, reach, *commands):
        page = page_decider.fold(page_decider.decide(command, page), page)
    return page


def test_a_level_of_which_every_message_is_lost_is_left_at_once() -> None:
    page = page_after(sent_to(ANA), sent_to(BEN), lost_by(ANA))
    assert not page.unreachable
    page = page_after(sent_to(ANA), sent_to(BEN), lost_by(ANA), lost_by(BEN))
    assert page.unreachable
    [left] = page_decider.decide(TimeOutLevel(step=FIRST, at=NOW), page)
    assert isinstance(left, PageLevelUnreached)


def test_who_may_still_answer_is_waited_for() -> None:
    page = page_after(sent_to(ANA), sent_to(BEN), lost_by(ANA))
    [left] = page_decider.decide(TimeOutLevel(step=FIRST, at=NOW), page)
    assert isinstance(left, PageTimedOut)


def test_a_receipt_that_is_faster_than_the_record_of_the_sending_counts_too() -> None:
    page = page_after(lost_by(ANA), lost_by(BEN), sent_to(ANA), sent_to(BEN))
    assert page.unreachable


def test_a_loss_is_recorded_once_and_only_of_the_level_that_is_waited_for() -> None:
    page = page_after(sent_to(ANA), sent_to(BEN))
    [lost] = page_decider.decide(lost_by(ANA), page)
    assert isinstance(lost, PageMessagesLost)
    assert page_decider.decide(lost_by(ANA), page_decider.evolve(page, lost)) == []
    assert page_decider.decide(lost_by(CEM, level=2), page) == []
    over = page_after(sent_to(ANA), acknowledge)
    assert page_decider.decide(lost_by(ANA), over) == []
