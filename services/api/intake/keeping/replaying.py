"""Replay of an arrival: what would become of it now, or taking it in anew."""

import asyncio
import json
import os
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi.exceptions import RequestValidationError

from events.errors import CommandRejected
from events.log.intake.arrivals import ArrivalOutcome, Ending, KeptArrival, Message, arrival_id_at
from services.api.dependencies import Dependencies
from services.api.intake.change import ChangeReport
from services.api.intake.keeping.dry_log import DryInbox, DryLog
from services.api.intake.keeping.ending import (
    ending_of,
    ending_of_rejected,
    reason_of,
    unreadable,
)
from services.api.intake.keeping.envelope import Envelope, opened
from services.api.intake.keeping.sweep import AnySource, read_again, sender_of, source_named
from services.api.intake.keeping.taking import Read, intake_for, take_kept
from services.intake.arrival import Intake, Sender, unnoted
from services.intake.openings import Openings
from services.request_refusals import ArrivalNotFound, ArrivalNotReplayable


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A message that is kept, opened, and who sent it."""

    arrival: KeptArrival
    content: bytes
    envelope: Envelope
    source: AnySource
    sender: Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A kept message, read once more."""

    read: Read[Any]
    at: datetime  # as of when it is taken


async def kept_message(dependencies: Dependencies, arrival_id: UUID) -> Kept:
    """Return what was kept of a message, ready to be taken once more.

    Raises: ArrivalNotFound, ArrivalNotReplayable, LogUnavailable.
    """
    found = await dependencies.arrivals.find(arrival_id)
    if found is None:
        raise ArrivalNotFound(f"No such arrival: {arrival_id}. Old ones are forgotten.")
    arrival, content = found
    source = source_named(arrival.source)
    sender = await sender_of(dependencies.log, arrival.integration_id)
    if content is None:
        raise ArrivalNotReplayable("The key that sealed this message is gone.")
    if source is None:
        raise ArrivalNotReplayable(f"There is no source {arrival.source} any more.")
    if sender is None:
        raise ArrivalNotReplayable(f"The integration {arrival.integration_id} was revoked.")
    envelope = opened(content)
    return Kept(arrival=arrival, content=content, envelope=envelope, source=source, sender=sender)


async def read_for_replay(kept: Kept, now: datetime) -> Again:
    """Read a message as if it came now; a change stays where it was in time, and so stays itself.

    Raises: MediaTypeUnsupported, RequestMalformed.
    """
    came = kept.arrival.arrived_at
    read = await read_again(kept.source, kept.envelope, kept.envelope.arrival(kept.sender, came))
    if isinstance(read.heard, ChangeReport):
        return Again(read=read, at=came)
    read = await read_again(kept.source, kept.envelope, kept.envelope.arrival(kept.sender, now))
    return Again(read=read, at=now)


def dry(dependencies: Dependencies) -> Dependencies:
    """Return dependencies that read what is stored, and store nothing."""
    return replace(
        dependencies,
        log=DryLog(dependencies.log),
        inbox=DryInbox(dependencies.inbox),
        losses=Counter(),
        storms=asyncio.Semaphore(),
        openings=Openings(),
        note=unnoted,
    )


async def dry_run(dependencies: Dependencies, kept: Kept, now: datetime) -> Ending:
    """Return what would become of a message by the rules of now. Nothing happens.

    Raises: LogUnavailable, LogOverloaded.
    """
    again = await read_for_replay(kept, now)
    if again.read.refusal is not None:
        return not_read(again.read.refusal)
    arrival = kept.envelope.arrival(kept.sender, again.at)
    intake = intake_for(dry(dependencies), kept.source, arrival, None)
    return await ending_now(kept.source, again.read.heard, intake)


async def ending_now(source: AnySource, heard: object, intake: Intake) -> Ending:
    """Take a message in where nothing is stored, and return what would become of it.

    Raises: LogUnavailable, LogOverloaded.
    """
    try:
        became = await source.take(heard, intake)
        return _without_names(ending_of(became, intake.done))
    except CommandRejected as refusal:
        return ending_of_rejected(refusal)


async def take_anew(
    dependencies: Dependencies, kept: Kept, key: str, request_id: str, now: datetime
) -> tuple[Message, Ending]:
    """Take a message in as a new arrival, for real, and return what became of it.

    Raises: LogUnavailable, LogOverloaded.
    """
    again = await read_for_replay(kept, now)
    message = Message(
        arrival_id=arrival_id_at(now, os.urandom(10)),
        at=now,
        integration_id=kept.arrival.integration_id,
        source=kept.arrival.source,
        size=kept.arrival.size,
        kept=kept.arrival.kept,
        sha256=kept.arrival.sha256,
        content=kept.content,
        correlation_id=request_id,
        replay_of=kept.arrival.arrival_id,
        replay_key=key,
    )
    if again.read.refusal is not None:
        ending = not_read(again.read.refusal)
        await dependencies.arrivals.keep(message)
        dependencies.arrivals.ended(message.arrival_id, ending)
        return message, ending
    arrival = kept.envelope.arrival(kept.sender, again.at)
    intake = intake_for(dependencies, kept.source, arrival, request_id)
    heard = again.read.heard
    try:
        became = await take_kept(kept.source, heard, intake, dependencies.arrivals, message)
    except CommandRejected as refusal:
        return message, ending_of_rejected(refusal)
    return message, ending_of(became, intake.done)


def not_read(refusal: Exception) -> Ending:
    """Return the ending of what cannot be read."""
    if isinstance(refusal, CommandRejected | RequestValidationError):
        return unreadable(reason_of(refusal))
    return unreadable(str(refusal))


def _without_names(ending: Ending) -> Ending:
    """Leave out the incident that would be opened: it has neither an id nor a number yet."""
    if ending.outcome is not ArrivalOutcome.OPENED:
        return ending
    detail = json.loads(ending.detail)
    new = detail["incident_id"]
    detail |= {"incident_id": None, "reference": None}
    for alert in detail["alerts"]:
        if alert["incident_id"] == new:
            alert["incident_id"] = None
    return replace(ending, detail=json.dumps(detail))
