"""Receipts come twice and in any order: the provider's last word counts once."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from events.delivery.events import PAGE, Delivery
from events.ids import DeliveryId, IncidentId, ResponderId
from events.receipt.commands import (
    DeclineDelivery,
    ReceiptCommand,
    RecordDelivered,
    RecordUndelivered,
)
from events.receipt.decide import receipt_decider
from events.receipt.events import DeliveryDeclined, DeliveryDelivered, DeliveryUndelivered

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MESSAGE = Delivery(
    delivery_id=DeliveryId(UUID(int=1)),
    kind=PAGE,
    about=str(UUID(int=2)),
    incident_id=IncidentId(UUID(int=3)),
    responder_id=ResponderId("ana"),
    channel="sms",
)
SID = "SM" + "0" * 32
delivered = RecordDelivered(delivery=MESSAGE, provider_id=SID, at=NOW)
undelivered = RecordUndelivered(delivery=MESSAGE, provider_id=SID, error="twilio_30003", at=NOW)
declined = DeclineDelivery(delivery=MESSAGE, via="sms", at=NOW)


def told(*commands: ReceiptCommand) -> list[type]:
    """Return the kinds of facts that the commands lead to, one after the other."""
    state, facts = receipt_decider.initial, list[type]()
    for command in commands:
        for event in receipt_decider.decide(command, state):
            state = receipt_decider.evolve(state, event)
            facts.append(type(event))
    return facts


def test_a_message_that_arrived_cannot_have_failed_afterwards() -> None:
    assert told(delivered, undelivered, delivered) == [DeliveryDelivered]
    assert told(undelivered, delivered, undelivered) == [DeliveryUndelivered]


def test_whoever_declines_does_so_once_whatever_the_provider_says() -> None:
    assert told(delivered, declined, declined) == [DeliveryDelivered, DeliveryDeclined]


@given(st.lists(st.sampled_from([delivered, undelivered, declined]), max_size=12))
def test_the_first_last_word_counts_however_often_and_late_the_others_come(
    commands: list[ReceiptCommand],
) -> None:
    facts = told(*commands)
    assert len(facts) == len(set(facts))
    assert not {DeliveryDelivered, DeliveryUndelivered} <= set(facts)
