"""Every message has one outcome, whatever kind it is of; no kind needs an event of its own."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from events.delivery.commands import (
    DeliveryCommand,
    RecordDelayed,
    RecordFailed,
    RecordSent,
    RecordSuppressed,
)
from events.delivery.events import DeliveryDelayed, IntendedDelivery
from events.delivery.ledger import Ledger, after, record
from events.ids import DeliveryId, ResponderId

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
IT = DeliveryId(UUID(int=1))
NOTICE = IntendedDelivery(
    delivery_id=IT, responder_id=ResponderId("ana"), channel="email", address=0
)
LEDGER = Ledger().intending("hand_off_notice", "payments", None, [NOTICE])
DELAYED = RecordDelayed(delivery_id=IT, attempts=5, error="ProviderUnreachable: down", at=NOW)
OUTCOMES: tuple[DeliveryCommand, ...] = (
    RecordSent(delivery_id=IT, attempts=2, provider_id="m-1", at=NOW),
    RecordFailed(delivery_id=IT, attempts=3, error="DeliveryRefused: http_404", at=NOW),
    RecordSuppressed(delivery_id=IT, reason="superseded", at=NOW),
)


@pytest.mark.parametrize("command", OUTCOMES)
def test_a_message_of_a_new_kind_has_one_outcome_that_names_its_kind(
    command: DeliveryCommand,
) -> None:
    [outcome] = record(command, LEDGER)
    assert (outcome.kind, outcome.about, outcome.incident_id) == (
        "hand_off_notice",
        "payments",
        None,
    )
    settled = after(LEDGER, outcome)
    assert not settled.pending
    assert not [record(other, settled) for other in OUTCOMES if record(other, settled)]


def test_a_message_that_is_held_up_is_said_so_once_for_so_many_attempts() -> None:
    [delayed] = record(DELAYED, LEDGER)
    assert isinstance(delayed, DeliveryDelayed)
    held_up = after(LEDGER, delayed)
    assert held_up.held_up == {IT}
    assert record(DELAYED, held_up) == []
    assert record(replace(DELAYED, attempts=6), held_up)


def test_nothing_becomes_of_a_message_that_nobody_intended() -> None:
    assert [record(command, Ledger()) for command in (DELAYED, *OUTCOMES)] == [[]] * 4
