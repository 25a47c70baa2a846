"""Interruptions: the times at which pages took somebody away from what they were doing.

Messages that a person gets within ten minutes of the first are the same one, whatever their channel
and their page. Kept are the messages; they are put together when somebody asks, because a message
for an incident that is private now must not move what is told of the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from events.delivery.events import PAGE, DeliverySent
from events.log.recorded import Recorded
from projections.engine.keys import incident_key
from projections.engine.rows import NEVER_CHANGED, Batch, Moment, Row, Rows, Table, same_named

NAME: Final = "interruptions"
VERSION: Final = 2  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key

THE_SAME: Final = timedelta(minutes=10)


class MessageRow(Row, frozen=True, kw_only=True):
    """One message of a page that somebody got."""

    responder_id: str
    incident_id: UUID
    sent_at: Moment
    channel: str


PAGE_MESSAGE = Table(
    "page_message",
    "position",
    MessageRow,
    NEVER_CHANGED,
    indexes={
        "sent": "(sent_at)",
        "incident": "(incident_id)",
    },
)
TABLES: Final = (PAGE_MESSAGE,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """One interruption of one person."""

    responder_id: str
    began_at: datetime
    messages: int
    channels: tuple[str, ...]  # each once, in the order of their first message
    incidents: tuple[UUID, ...]


async def project(batch: Batch, tx: Rows) -> None:
    """Add the messages of the batch's pages."""
    messages = [message for one in batch if (message := message_of(one)) is not None]
    if messages:
        await tx.store(PAGE_MESSAGE, messages)


key_of = incident_key  # quarantined when an event cannot be applied


def message_of(recorded: Recorded[object]) -> MessageRow | None:
    """Return the message that takes somebody away from what they are doing: a page's does."""
    event = recorded.event
    if not isinstance(event, DeliverySent) or event.kind != PAGE or event.incident_id is None:
        return None
    return MessageRow(**same_named(event, MessageRow), position=recorded.position)


def interruptions_of(messages: Iterable[MessageRow]) -> tuple[Interruption, ...]:
    """Return the interruptions that messages were, by when each began."""
    begun: dict[str, list[MessageRow]] = {}
    found: list[Interruption] = []
    for message in sorted(messages, key=lambda one: (one.sent_at, one.position)):
        so_far = begun.setdefault(message.responder_id, [])
        if so_far and message.sent_at - so_far[0].sent_at > THE_SAME:
            found.append(_of(so_far))
            so_far.clear()
        so_far.append(message)
    found += [_of(one) for one in begun.values() if one]
    return tuple(sorted(found, key=lambda one: (one.began_at, one.responder_id)))


def _of(messages: list[MessageRow]) -> Interruption:
    return Interruption(
        responder_id=messages[0].responder_id,
        began_at=messages[0].sent_at,
        messages=len(messages),
        channels=tuple(dict.fromkeys(one.channel for one in messages)),
        incidents=tuple(dict.fromkeys(one.incident_id for one in messages)),
    )
