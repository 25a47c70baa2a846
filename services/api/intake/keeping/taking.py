"""Taking of messages: read, kept and stored, whether they come in, come again or were left over."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import structlog
from fastapi.exceptions import RequestValidationError

from events.errors import CommandRejected, LogOverloaded
from events.ids import alert_id_for
from events.log.intake.arrivals import Arrivals, KeptArrival, Message
from events.log.intake.dead_letters import BEGINNING, DeadLetters, Unreadable
from events.log.intake.heartbeats import ping
from events.log.recorded import Metadata
from services.api.dependencies import Dependencies
from services.api.intake.keeping.ending import (
    ending_of,
    ending_of_refusal,
    nothing_new,
    put_off,
    reason_of,
    unreadable,
)
from services.api.intake.keeping.envelope import Body, Envelope
from services.api.intake.source import Source
from services.attending import Attending
from services.intake.alerts.joining import newest_open
from services.intake.arrival import Arrival, Intake
from services.intake.turns import Turn
from services.request_refusals import (
    BodyMalformed,
    BodyTooLarge,
    BodyUnmapped,
    RequestTooSlow,
)

UNREADABLE: Final = (BodyMalformed, BodyTooLarge, BodyUnmapped, RequestValidationError)

logger = structlog.get_logger(__name__)

type Refusal = CommandRejected | RequestValidationError | LogOverloaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Read[Heard]:
    """A message that was read to its end, or why it could not be."""

    body: Body
    heard: Heard | None = None
    refusal: Refusal | None = None


async def read_parts[Heard](
    source: Source[Heard, Any], parts: AsyncIterator[bytes], arrival: Arrival
) -> Read[Heard]:
    """Read a body to its end.

    Raises: RequestMalformed (the sender left), MediaTypeUnsupported, LogUnavailable.
    """
    body = Body()
    try:
        reader = source.reader(arrival)
        async for part in parts:
            reader.feed(part)
            body.feed(part)
        if source.legible is not None:
            body.in_clear = source.legible(body.beginning)
        return Read(body=body, heard=reader.finish())
    except RequestTooSlow as slow:
        if source.too_slow is HTTPStatus.REQUEST_TIMEOUT:
            return Read(body=body, refusal=slow)
        return Read(body=body, refusal=LogOverloaded(slow.detail))
    except UNREADABLE as refusal:
        return Read(body=body, refusal=refusal)


def intake_for(
    dependencies: Dependencies,
    source: Source[Any, Any],
    arrival: Arrival,
    correlation_id: str | None,
    headway: Callable[[], None] = lambda: None,
) -> Intake:
    """Return where a message is stored."""
    sender = arrival.sender
    return Intake(
        log=dependencies.log,
        attending=Attending(dependencies.log, dependencies.inbox),
        sender=sender,
        source=source.name,
        losses=dependencies.losses,
        metadata=Metadata(principal=sender.principal, correlation_id=correlation_id),
        at=arrival.at,
        storms=dependencies.storms,
        fetch=dependencies.fetch,
        headway=headway,
        hear=partial(ping, dependencies.database),
        newest_open=partial(newest_open, dependencies.database),
        openings=dependencies.openings,
        note=dependencies.note,
        ask=dependencies.database.fetch,
    )


async def taken[Heard, Became](
    source: Source[Heard, Became],
    heard: Heard,
    intake: Intake,
    dependencies: Dependencies,
    message: Message,
) -> Became:
    """Keep a message and take it: at once, or in its turn if it is about one alert.

    Raises: what the source's `take` raises; LogUnavailable.
    """
    arrivals, one = dependencies.arrivals, source.one_alert
    if one is None:
        return await take_kept(source, heard, intake, arrivals, message)
    await arrivals.keep(message)
    alert_id = alert_id_for(intake.sender.integration_id, one.key(heard))
    turn = Turn(
        arrival_id=message.arrival_id,
        subject=(message.integration_id, one.key(heard)),
        intake=intake,
        trigger=one.trigger(heard, intake.at),
        take=partial(_take, source, heard, intake, arrivals, message.arrival_id),
        repeated=partial(arrivals.ended, message.arrival_id, nothing_new(alert_id)),
    )
    if dependencies.turns.enter(turn):
        await asyncio.shield(turn.over)  # who leaves takes nothing away
    return one.became(heard)


async def _take[Heard](
    source: Source[Heard, Any], heard: Heard, intake: Intake, arrivals: Arrivals, arrival_id: UUID
) -> None:
    """Take a message that is kept. What fails is left to the sweep.

    Raises: what the source's `take` raises.
    """
    try:
        became = await source.take(heard, intake)
    except Exception as refusal:
        if (ending := ending_of_refusal(refusal)) is not None:
            arrivals.ended(arrival_id, ending)
        else:
            logger.warning("arrival_left", arrival_id=str(arrival_id), reason=repr(refusal))
        raise
    arrivals.ended(arrival_id, ending_of(became, intake.done))


async def take_kept[Heard, Became](
    source: Source[Heard, Became],
    heard: Heard,
    intake: Intake,
    arrivals: Arrivals,
    message: Message,
) -> Became:
    """Store what a message says while it is kept; both are durable when this returns.

    Raises: what the source's `take` raises; LogUnavailable.
    """
    keeping = asyncio.create_task(arrivals.keep(message))
    try:
        became = await source.take(heard, intake)
    except Exception as refusal:
        await keeping
        if (ending := ending_of_refusal(refusal)) is not None:
            arrivals.ended(message.arrival_id, ending)
        raise
    await keeping
    arrivals.ended(message.arrival_id, ending_of(became, intake.done))
    return became


async def keep_refused(
    source: Source[Any, Any],
    refusal: Refusal,
    message: Message,
    envelope: Envelope,
    dependencies: Dependencies,
) -> None:
    """Keep a message that was not read, and say so in the refusal.

    Raises: LogUnavailable.
    """
    await dependencies.arrivals.keep(message)
    if not isinstance(refusal, UNREADABLE):
        text = getattr(refusal, "detail", str(refusal))
        dependencies.arrivals.ended(message.arrival_id, put_off(text))
        return
    dependencies.arrivals.ended(message.arrival_id, unreadable(reason_of(refusal)))
    if source.keeps_unreadable:
        await keep_letter(message, envelope, reason_of(refusal), dependencies.dead_letters)
        if isinstance(refusal, CommandRejected):
            refusal.detail += " It is kept: see /v1/dead-letters."


async def keep_letter(
    message: Message | KeptArrival, envelope: Envelope, reason: str, dead_letters: DeadLetters
) -> None:
    """Keep what nobody could read as a dead letter.

    Raises: LogUnavailable.
    """
    logger.warning(
        "dead_letter", integration_id=message.integration_id, source=message.source, reason=reason
    )
    await dead_letters.keep(
        Unreadable(
            integration_id=message.integration_id,
            source=message.source,
            reason=reason,
            size=message.size,
            sha256=message.sha256,
            beginning=envelope.body[:BEGINNING],
            arrival_id=message.arrival_id,
        )
    )
