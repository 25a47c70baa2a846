"""Sweep of arrivals: processes what was kept, where nobody came to the end of processing it.

A message is taken as of when it came, so whatever was done of it is not done twice. What came from
the same sender since, about the same alerts, is taken once more behind it: an old message never has
the last word.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import chain
from typing import Any, Final

import structlog

from events.configuration.integration import integration_decider
from events.errors import CommandRejected, LogFault, LogUnavailable
from events.ids import IntegrationId, integration_stream
from events.loading import load
from events.log.arrivals import Ending, KeptArrival
from events.log.store import Log
from services.api.dependencies import Dependencies
from services.api.intake.keeping.ending import (
    ending_of,
    ending_of_refusal,
    failed,
    reason_of,
    refused,
    unreadable,
)
from services.api.intake.keeping.envelope import Envelope, opened
from services.api.intake.keeping.taking import (
    UNREADABLE,
    Read,
    Refusal,
    intake_for,
    keep_letter,
    read_parts,
)
from services.api.intake.passed_over import PassedOver
from services.api.intake.source import Source
from services.api.intake.sources import all_sources
from services.intake.arrival import Arrival, Sender
from services.intake.batch.signal import Batch
from services.intake.batch.spool import blocks_of

AFTER: Final = timedelta(
    seconds=15
)  # a request that is at work still has taken less, but for storms
AT_ONCE: Final = 20
LATER_AT_ONCE: Final = 200
LATER: Final = 5_000  # messages looked through behind one that was left over
TRIES: Final = 8

logs = structlog.get_logger(__name__)

type AnySource = Source[Any, Any]


class Sweep:
    """Takes what is left over, a few at a time."""

    def __init__(self, dependencies: Dependencies, after: timedelta = AFTER) -> None:
        self._dependencies = dependencies
        self._arrivals = dependencies.arrivals
        self._after = after

    async def step(self) -> int:
        """Process some of what is left over; return how many came to an end.

        Raises: LogUnavailable.
        """
        done = 0
        for arrival, content in await self._arrivals.claim(AT_ONCE, self._after):
            ending = await self._ending(arrival, content)
            if ending is not None:
                logs.info(
                    "arrival_swept", arrival_id=str(arrival.arrival_id), outcome=ending.outcome
                )
                self._arrivals.ended(arrival.arrival_id, ending)
                done += 1
        await self._arrivals.flush()
        return done

    async def _ending(self, arrival: KeptArrival, content: bytes | None) -> Ending | None:
        """Return what became of it; None if that is not known yet."""
        try:
            return await self._taken(arrival, content)
        except LogUnavailable:
            raise
        except LogFault as fault:
            logs.warning("arrival_waits", arrival_id=str(arrival.arrival_id), reason=str(fault))
        except CommandRejected as refusal:
            return ending_of_refusal(refusal)
        except Exception as defect:
            logs.exception("arrival_failed", arrival_id=str(arrival.arrival_id))
            if arrival.attempts >= TRIES:
                return failed(f"{type(defect).__name__}, {arrival.attempts} times: see the log.")
        return None

    async def _taken(self, arrival: KeptArrival, content: bytes | None) -> Ending:
        source = source_named(arrival.source)
        if content is None:
            return failed("No key opens it any more.")
        if source is None:
            return failed(f"There is no source {arrival.source} any more.")
        sender = await sender_of(self._dependencies.log, arrival.integration_id)
        if sender is None:
            return refused("Its integration was revoked before it was processed.")
        read = await self._read(source, sender, arrival, opened(content))
        if read.refusal is not None:
            return await self._unread(source, arrival, opened(content), read.refusal)
        ending = await self._take(source, sender, arrival, read.heard)
        async for later, heard in self._later(source, sender, arrival, read.heard):
            await self._take_again(source, sender, later, heard)
        return ending

    async def _unread(
        self, source: AnySource, arrival: KeptArrival, envelope: Envelope, refusal: Refusal
    ) -> Ending:
        if not isinstance(refusal, UNREADABLE):
            raise refusal
        if source.keeps_unreadable:
            letters = self._dependencies.dead_letters
            await keep_letter(arrival, envelope, reason_of(refusal), letters)
        return unreadable(reason_of(refusal))

    async def _read(
        self, source: AnySource, sender: Sender, arrival: KeptArrival, envelope: Envelope
    ) -> Read[Any]:
        return await read_again(source, envelope, envelope.arrival(sender, arrival.arrived_at))

    async def _take(
        self, source: AnySource, sender: Sender, arrival: KeptArrival, heard: object
    ) -> Ending:
        as_it_came = Arrival(sender=sender, at=arrival.arrived_at)
        intake = intake_for(self._dependencies, source, as_it_came, arrival.correlation_id)
        became = await source.take(heard, intake)
        return ending_of(became, intake.done)

    async def _take_again(
        self, source: AnySource, sender: Sender, later: KeptArrival, heard: object
    ) -> None:
        try:
            await self._take(source, sender, later, heard)
        except CommandRejected as refusal:  # what was certain of it is stored
            logs.info(
                "arrival_again", arrival_id=str(later.arrival_id), refusal=type(refusal).__name__
            )

    async def _later(
        self, source: AnySource, sender: Sender, arrival: KeptArrival, heard: object
    ) -> AsyncIterator[tuple[KeptArrival, object]]:
        """Yield what came since from the same sender and may be about the same."""
        about = subjects_of(source, heard)
        behind, looked = arrival, 0
        while looked < LATER:
            found = await self._arrivals.later(behind, LATER_AT_ONCE)
            for later, content in found:
                behind, looked = later, looked + 1
                if content is None:
                    continue
                read = await self._read(source, sender, later, opened(content))
                if read.refusal is None and related(about, subjects_of(source, read.heard)):
                    yield later, read.heard
            if len(found) < LATER_AT_ONCE:
                return
        logs.warning("arrivals_not_taken_again", behind=str(behind.arrival_id))


async def read_again(source: AnySource, envelope: Envelope, arrival: Arrival) -> Read[Any]:
    """Read a message from what was kept of it."""

    async def parts() -> AsyncIterator[bytes]:
        yield envelope.body

    return await read_parts(source, parts(), arrival)


async def sender_of(log: Log, integration_id: str) -> Sender | None:
    """Return the integration as a sender; None if it is unknown or was revoked.

    Raises: LogUnavailable.
    """
    stream = integration_stream(IntegrationId(integration_id))
    integration, _ = await load(log, integration_decider, stream)
    created = integration.in_use
    if created is None:
        return None
    # Its signature was checked before the message was kept, over bytes that are not kept whole.
    return Sender(
        integration_id=created.integration_id,
        service_id=created.service_id,
        mapping=integration.mapping,
    )


def source_named(name: str) -> AnySource | None:
    """Return the source that takes messages of this kind, if there is one."""
    every = chain.from_iterable((one, *one.operations) for one in all_sources())
    return next((one for one in every if one.name == name), None)


def subjects_of(source: AnySource, heard: Any) -> frozenset[str] | None:
    """Return which alerts a message is about; None when only its source knows."""
    if isinstance(heard, PassedOver):
        return frozenset()
    if source.one_alert is not None:
        return frozenset((source.one_alert.key(heard),))
    if not isinstance(heard, Batch):
        return None
    return frozenset(one.dedup_key for block in blocks_of(heard.signals) for one in block)


def related(ours: frozenset[str] | None, theirs: frozenset[str] | None) -> bool:
    """Return whether two messages may be about the same alert."""
    return ours is None or theirs is None or not ours.isdisjoint(theirs)
