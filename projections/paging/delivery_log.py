"""Delivery log: every message to a responder, of whatever kind, from intent to outcome."""

from collections.abc import Hashable
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.delivery import events as kinds
from events.delivery.events import (
    Delivery,
    DeliveryDelayed,
    DeliveryFailed,
    DeliverySent,
    DeliverySuppressed,
)
from events.ids import (
    PageId,
    ScheduleId,
    TeamId,
    announcement_stream,
    follow_up_stream,
    hand_off_stream,
    meeting_invitation_stream,
    page_stream,
    questions_stream,
)
from events.log.recorded import Recorded
from events.receipt.events import DeliveryDeclined, DeliveryDelivered, DeliveryUndelivered
from projections.engine.cursors import ListPart, part_of, place_of
from projections.engine.keys import stream_key
from projections.engine.rows import Batch, Moment, Reader, Row, Rows, Table, fold
from projections.paging.intents import Intent, intent_in

NAME: Final = "delivery_log"
VERSION: Final = 5  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class DeliveryState(StrEnum):
    """What has become of a message."""

    INTENDED = "intended"
    DELAYED = "delayed"  # it could not be sent so far, and is tried again
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class Receipt(StrEnum):
    """What a provider said of a message that it had taken."""

    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


class DeliveryRow(Row, frozen=True, kw_only=True):
    """One message to one responder by one way; never the address itself."""

    delivery_id: UUID
    kind: str  # page, status_update, notice, reminder, verification_code
    about: str  # which of its kind
    page_id: UUID | None  # None: it is no page
    incident_id: UUID | None  # None: it belongs to no incident
    responder_id: str
    channel: str
    address: int  # index among the responder's contact methods
    round: int | None
    level: int | None
    repeat: int = 0  # over the same contact method, by the person's notification rules
    not_before: Moment | None = None  # it waits until then
    state: DeliveryState = DeliveryState.INTENDED
    attempts: int = 0
    provider_id: str | None = None
    bundled_with: UUID | None = None  # the message that told it, where it was another one
    error: str | None = None  # why it failed, is delayed, or was suppressed
    intended_at: Moment
    delayed_since: Moment | None = None  # when it was first known to be; stays when it is sent
    finished_at: Moment | None = None
    settled_position: int | None = None  # of the event that finished it; a receipt comes later
    receipt: Receipt | None = None  # the provider's last word, where it gives one
    receipt_at: Moment | None = None
    receipt_error: str | None = None
    declined_at: Moment | None = None  # whoever was paged cannot take it
    intended_position: int  # the list's order


class DeliveryFilter(Struct, frozen=True, kw_only=True):
    """Which deliveries a list shows; None leaves nothing out."""

    kind: str | None = None
    incident_id: UUID | None = None
    page_id: UUID | None = None
    responder_id: str | None = None
    hidden: frozenset[UUID] = frozenset()  # incidents that the reader must not know of
    state: DeliveryState | None = None


DELIVERY = Table(
    "delivery",
    "delivery_id",
    DeliveryRow,
    indexes={
        "newest": "(intended_position desc)",
        "unsent": "(channel, intended_at) where state in ('intended', 'delayed')",
        "settled": "(settled_position) where settled_position is not null",
        "incident": "(incident_id, intended_position desc)",
        "responder": "(responder_id, intended_position desc)",
    },
)
TABLES: Final = (DELIVERY,)

# Messages of one level share a position: the id tells them apart.
SELECTED = """
where ($1::uuid is null or incident_id = $1)
    and ($2::uuid is null or page_id = $2)
    and ($3::text is null or responder_id = $3)
    and ($4::text is null or state = $4)
    and ($5::bigint is null or (intended_position, delivery_id::text) < ($5, $6::text))
    and ($8::text is null or kind = $8)
    and (incident_id is null or incident_id <> all($9::uuid[]))
order by intended_position desc, delivery_id::text desc limit $7
"""


async def list_deliveries(
    reader: Reader, chosen: DeliveryFilter, cursor: str | None, limit: int
) -> ListPart[DeliveryRow]:
    """Return at most `limit` deliveries, newest first.

    Raises: CursorInvalid.
    """
    place = place_of(cursor)
    rows = await DELIVERY.select(
        reader,
        SELECTED,
        chosen.incident_id,
        chosen.page_id,
        chosen.responder_id,
        chosen.state,
        place.position if place else None,
        place.key if place else None,
        limit + 1,
        chosen.kind,
        list(chosen.hidden),
    )
    return part_of(rows, limit, "intended_position", DELIVERY.key)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's deliveries up to date."""
    await fold(DELIVERY, tx, batch, deliveries_of, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return what sends messages and is quarantined when the event cannot be applied.

    A receipt has a stream of its own, and belongs to what sent its message.
    """
    event = recorded.event
    if isinstance(event, DeliveryDelivered | DeliveryUndelivered | DeliveryDeclined):
        return ledger_of(event)
    return stream_key(recorded, "page", "announcement", "hand_off", "contact_verification")


def deliveries_of(event: object) -> tuple[UUID, ...]:
    """Return the deliveries an event is about."""
    intent = intent_in(event)
    if intent is not None:
        return tuple(delivery.delivery_id for delivery in intent.deliveries)
    match event:
        case Delivery():
            return (event.delivery_id,)
        case _:
            return ()


def evolve(
    row: DeliveryRow | None, recorded: Recorded[object], key: Hashable
) -> DeliveryRow | None:
    """Return the delivery after the event."""
    event = recorded.event
    if (intent := intent_in(event)) is not None:
        return _intended(intent, recorded.position, key)
    if row is None:
        return None
    match event:
        case DeliverySent():
            return _sent(row, event, recorded.position)
        case DeliveryDelayed():
            return replace(
                row,
                state=DeliveryState.DELAYED,
                attempts=event.attempts,
                error=event.error,
                delayed_since=row.delayed_since or event.delayed_at,
            )
        case DeliveryFailed():
            return replace(
                row,
                state=DeliveryState.FAILED,
                attempts=event.attempts,
                error=event.error,
                finished_at=event.failed_at,
                settled_position=recorded.position,
            )
        case DeliverySuppressed():
            return replace(
                row,
                state=DeliveryState.SUPPRESSED,
                error=event.reason,
                finished_at=event.suppressed_at,
                settled_position=recorded.position,
            )
        case _:
            return _after_receipt(row, event)


def _after_receipt(row: DeliveryRow, event: object) -> DeliveryRow:
    """Return the delivery after a receipt, which changes nothing of its outcome."""
    match event:
        case DeliveryDelivered():
            return replace(row, receipt=Receipt.DELIVERED, receipt_at=event.delivered_at)
        case DeliveryUndelivered(error=error, undelivered_at=at):
            return replace(row, receipt=Receipt.UNDELIVERED, receipt_at=at, receipt_error=error)
        case DeliveryDeclined():
            return replace(row, declined_at=event.declined_at)
        case _:
            return row


def ledger_of(event: Delivery) -> str | None:
    """Return the stream that the message of a receipt was sent from."""
    match event.kind:
        case kinds.PAGE:
            return page_stream(PageId(UUID(event.about)))
        case kinds.STATUS_UPDATE if event.incident_id is not None:
            return announcement_stream(event.incident_id)
        case kinds.REMINDER if event.incident_id is not None:
            return follow_up_stream(event.incident_id)
        case kinds.MEETING_INVITATION if event.incident_id is not None:
            return meeting_invitation_stream(event.incident_id)
        case kinds.QUESTIONS:
            return questions_stream(TeamId(event.about.partition(" ")[0]))
        case kinds.NOTICE:
            return hand_off_stream(ScheduleId(event.about.partition(" ")[0]))
        case _:
            return None


def _sent(row: DeliveryRow, event: DeliverySent, position: int) -> DeliveryRow:
    return replace(
        row,
        state=DeliveryState.SENT,
        attempts=event.attempts,
        provider_id=event.provider_id,
        bundled_with=event.bundled_with,
        error=None,
        finished_at=event.sent_at,
        settled_position=position,
    )


def _intended(intent: Intent, position: int, key: Hashable) -> DeliveryRow | None:
    return next(
        (
            DeliveryRow(
                delivery_id=delivery.delivery_id,
                kind=intent.kind,
                about=intent.about,
                page_id=intent.page_id,
                incident_id=intent.incident_id,
                responder_id=delivery.responder_id,
                channel=delivery.channel,
                address=delivery.address,
                round=intent.round,
                level=intent.level,
                repeat=delivery.repeat,
                not_before=delivery.not_before,
                intended_at=intent.at,
                intended_position=position,
            )
            for delivery in intent.deliveries
            if delivery.delivery_id == key
        ),
        None,
    )
