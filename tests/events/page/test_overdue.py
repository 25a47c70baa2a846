"""When a page is overdue: never before its escalation timeout, and never once it is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from events.delivery.events import DeliveryDelayed, DeliveryFailed, DeliverySent, IntendedDelivery
from events.ids import DeliveryId, EscalationPolicyId, IncidentId, PageId, ResponderId
from events.page.decide import page_decider
from events.page.events import (
    EscalationExhausted,
    PageAcknowledged,
    PageEvent,
    PageLevelReached,
    PageStarted,
    PageStopped,
    PageTimedOut,
)
from events.page.overdue import Missed, overdue
from events.page.plan import PagePlan
from tests.planned import planned

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
GRACE, ESCALATION_TIMEOUT = timedelta(seconds=60), timedelta(minutes=5)
INCIDENT, PAGE = IncidentId(UUID(int=1)), PageId(UUID(int=2))
ADA = ResponderId("ada")
MESSAGE = IntendedDelivery(
    delivery_id=DeliveryId(UUID(int=3)), responder_id=ADA, channel="email", address=0
)
STARTED = PageStarted(
    page_id=PAGE,
    incident_id=INCIDENT,
    reference="INC-1",
    plan=PagePlan(
        escalation_policy_id=EscalationPolicyId("payments"),
        levels=(planned(ADA, timeout=ESCALATION_TIMEOUT),) * 2,
        repeats=0,
    ),
    started_at=NOON,
)
REACHED = PageLevelReached(
    page_id=PAGE, incident_id=INCIDENT, round=1, level=1, deliveries=(MESSAGE,), reached_at=NOON
)
SENT = DeliverySent(
    kind="page",
    about=str(PAGE),
    incident_id=INCIDENT,
    delivery_id=MESSAGE.delivery_id,
    responder_id=ADA,
    channel="email",
    attempts=1,
    provider_id=None,
    sent_at=NOON,
)
FAILED = DeliveryFailed(
    kind="page",
    about=str(PAGE),
    incident_id=INCIDENT,
    delivery_id=MESSAGE.delivery_id,
    responder_id=ADA,
    channel="email",
    attempts=1,
    error="DeliveryRefused: smtp_550",
    failed_at=NOON,
)
DELAYED = DeliveryDelayed(
    kind="page",
    about=str(PAGE),
    incident_id=INCIDENT,
    delivery_id=MESSAGE.delivery_id,
    responder_id=ADA,
    channel="email",
    attempts=5,
    error="ProviderUnreachable: connect_failed",
    delayed_at=NOON,
)
ANOTHER = replace(MESSAGE, delivery_id=DeliveryId(UUID(int=4)))
SECOND = replace(REACHED, level=2, deliveries=(ANOTHER,))
TIMED_OUT = PageTimedOut(page_id=PAGE, incident_id=INCIDENT, round=1, level=1, timed_out_at=NOON)
ANSWERED = PageAcknowledged(
    page_id=PAGE,
    incident_id=INCIDENT,
    acknowledged_by="responder:ada",
    responder_id=ADA,
    via="link",
    acknowledged_at=NOON,
)
STOPPED = PageStopped(page_id=PAGE, incident_id=INCIDENT, reason="resolved", stopped_at=NOON)
EXHAUSTED = EscalationExhausted(page_id=PAGE, incident_id=INCIDENT, rounds=1, exhausted_at=NOON)


@pytest.mark.parametrize(
    ("happened", "step", "after"),
    [
        ([], Missed.START, GRACE),
        ([STARTED], Missed.REACH, GRACE),
        ([STARTED, REACHED], Missed.SEND, GRACE),
        ([STARTED, REACHED, SENT], Missed.TIME_OUT, ESCALATION_TIMEOUT + GRACE),
        ([STARTED, REACHED, FAILED], Missed.TIME_OUT, GRACE),
        ([STARTED, REACHED, DELAYED], Missed.TIME_OUT, GRACE),  # there is a second level
        ([STARTED, REACHED, DELAYED, TIMED_OUT, SECOND], Missed.SEND, GRACE),
        ([STARTED, REACHED, SENT, TIMED_OUT], Missed.REACH, GRACE),
    ],
)
def test_the_next_step_is_missed_once_it_is_late_by_the_grace(
    happened: list[PageEvent], step: Missed, after: timedelta
) -> None:
    missed = overdue(page_decider.fold(happened), NOON, GRACE, may_send=True)
    assert missed is not None
    assert (missed.step, missed.at) == (step, NOON + after)


def test_a_message_that_is_held_up_is_tried_again_also_once_the_page_is_exhausted() -> None:
    page = page_decider.fold([STARTED, REACHED, DELAYED, EXHAUSTED])
    missed = overdue(page, NOON, GRACE, may_send=True)
    assert missed is not None
    assert (missed.step, missed.at) == (Missed.SEND, NOON + GRACE)
    assert overdue(page, NOON, GRACE, may_send=False) is None


def test_messages_that_somebody_else_may_be_sending_are_left_to_them() -> None:
    page = page_decider.fold([STARTED, REACHED])
    missed = overdue(page, NOON, GRACE, may_send=False)
    assert missed is not None
    assert (missed.step, missed.at) == (Missed.TIME_OUT, NOON + ESCALATION_TIMEOUT + GRACE)


@pytest.mark.parametrize("end", [ANSWERED, STOPPED, EXHAUSTED])
def test_a_page_that_is_over_misses_nothing(end: PageEvent) -> None:
    page = page_decider.fold([STARTED, REACHED, SENT, end])
    assert overdue(page, NOON, GRACE, may_send=True) is None
