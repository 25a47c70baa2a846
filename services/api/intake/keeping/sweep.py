"""Sweep of arrivals: processes what was kept, where nobody came to the end of processing it.

A message is taken as of when it came, so whatever was done of it is not done twice. What came from
the same sender since, about the same alerts, is taken once more behind it: an old message never has
the last word.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Any, Final
from uuid import UUID

import structlog

from events.configuration.integration import integration_decider
from events.errors import CommandRejected, LogFault, LogUnavailable
from events.ids import IntegrationId, integration_stream
from events.loading import load
from events.log.intake.arrivals import Ending, KeptArrival, WithText
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
AT_ONCE: Final = 100
LATER_AT_ONCE: Final = 200
LATER: Final = 20_000  # messages looked through behind the first that was left over
TRIES: Final = 8

logs = structlog.get_logger(__name__)

type AnySource = Source[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A kept message as it was read once more."""

    source: AnySource
    sender: Sender
    envelope: Envelope
    read: Read[Any]

    @property
    def about(self) -> frozenset[str] | None:
        """Return which alerts it is about; none if nobody can read it, None if it may be any."""
        if self.read.refusal is not None:
            return frozenset()
        return subjects_of(self.source, self.read.heard)


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
        claimed = await self._arrivals.claim(AT_ONCE, self._after)
        kinds: dict[tuple[str, str], list[WithText]] = {}
        for one in claimed:
            if one[0].arrival_id not in self._dependencies.turns:  # those are at work still
                kinds.setdefault((one[0].integration_id, one[0].source), []).append(one)
        done = sum([await self._of_a_kind(left) for left in kinds.values()])
        await self._arrivals.flush()
        return done

    async def _of_a_kind(self, left: Sequence[WithText]) -> int:
        """Process what is left over of one sender, in order with what came since and was taken."""
        about: set[str] | None = set()  # alerts that were taken late; None: any
        endings: list[tuple[UUID, Ending]] = []
        async for arrival, content, is_left in self._in_order(left):
            read = await self._understood(arrival, content)
            if is_left:
                if isinstance(read, Understood):
                    ending = await self._ending(arrival, read)
                else:
                    ending = why_not(arrival, content, read)
                if ending is not None:
                    endings.append((arrival.arrival_id, ending))
                about = joined(about, read.about) if isinstance(read, Understood) else about
            elif isinstance(read, Understood) and related(about, read.about):
                await self._take_again(read, arrival)
            await asyncio.sleep(0)  # reading computes
        for arrival_id, ending in endings:  # cut off before, all of it is done once more
            logs.info("arrival_swept", arrival_id=str(arrival_id), outcome=ending.outcome)
            self._arrivals.ended(arrival_id, ending)
        return len(endings)

    async def _in_order(
        self, left: Sequence[WithText]
    ) -> AsyncIterator[tuple[KeptArrival, bytes | None, bool]]:
        """Yield what is left over, and whatever came between and behind it, in order."""
        waiting = deque(left)
        ours = {arrival.arrival_id for arrival, _ in left}
        first = waiting.popleft()
        yield *first, True
        async for later in self._behind(first[0]):
            while waiting and waiting[0][0].arrival_id < later[0].arrival_id:
                yield *waiting.popleft(), True
            if later[0].arrival_id not in ours:
                yield *later, False
        for one in waiting:
            yield *one, True

    async def _behind(self, arrival: KeptArrival) -> AsyncIterator[WithText]:
        behind = arrival
        for _ in range(LATER // LATER_AT_ONCE):
            found = await self._arrivals.later(behind, LATER_AT_ONCE)
            for later in found:
                behind = later[0]
                yield later
            if len(found) < LATER_AT_ONCE:
                return
        logs.warning("arrivals_not_taken_again", behind=str(behind.arrival_id))

    async def _understood(
        self, arrival: KeptArrival, content: bytes | None
    ) -> Understood | Exception | None:
        """Return what a message says, and who says it; None if that is not known any more.

        Raises: LogUnavailable.
        """
        source = source_named(arrival.source)
        if content is None or source is None:
            return None
        sender = await sender_of(self._dependencies.log, arrival.integration_id)
        if sender is None:
            return None
        envelope = opened(content)
        try:
            read = await read_again(source, envelope, envelope.arrival(sender, arrival.arrived_at))
        except LogUnavailable:
            raise
        except Exception as defect:  # noqa: BLE001  the others are taken all the same
            return defect
        return Understood(source=source, sender=sender, envelope=envelope, read=read)

    async def _ending(self, arrival: KeptArrival, read: Understood) -> Ending | None:
        """Return what became of it; None if that is not known yet."""
        try:
            if read.read.refusal is not None:
                return await self._unread(read, arrival, read.read.refusal)
            return await self._take(read, arrival)
        except LogUnavailable:
            raise
        except LogFault as fault:
            logs.warning("arrival_waits", arrival_id=str(arrival.arrival_id), reason=str(fault))
        except CommandRejected as refusal:
            return ending_of_refusal(refusal)
        except Exception as defect:  # noqa: BLE001  the others are taken all the same
            return given_up(arrival, defect)
        return None

    async def _unread(self, read: Understood, arrival: KeptArrival, refusal: Refusal) -> Ending:
        if not isinstance(refusal, UNREADABLE):
            raise refusal
        if read.source.keeps_unreadable:
            letters = self._dependencies.dead_letters
            await keep_letter(arrival, read.envelope, reason_of(refusal), letters)
        return unreadable(reason_of(refusal))

    async def _take(self, read: Understood, arrival: KeptArrival) -> Ending:
        as_it_came = Arrival(sender=read.sender, at=arrival.arrived_at)
        source, correlation_id = read.source, arrival.correlation_id
        intake = intake_for(self._dependencies, source, as_it_came, correlation_id)
        became = await source.take(read.read.heard, intake)
        return ending_of(became, intake.done)

    async def _take_again(self, read: Understood, arrival: KeptArrival) -> None:
        try:
            await self._take(read, arrival)
        except CommandRejected as refusal:  # what was certain of it is stored
            logs.info(
                "arrival_again", arrival_id=str(arrival.arrival_id), refusal=type(refusal).__name__
            )
        except LogFault:
            raise
        except Exception:  # it was taken once already
            logs.exception("arrival_not_taken_again", arrival_id=str(arrival.arrival_id))


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


def joined(ours: set[str] | None, theirs: frozenset[str] | None) -> set[str] | None:
    """Return the alerts of both."""
    return None if ours is None or theirs is None else ours | theirs


def given_up(arrival: KeptArrival, defect: Exception) -> Ending | None:
    """Return the ending of what was tried again and again; None if it is tried once more."""
    logs.error("arrival_failed", arrival_id=str(arrival.arrival_id), exc_info=defect)
    if arrival.attempts < TRIES:
        return None
    return failed(f"{type(defect).__name__}, {arrival.attempts} times: see the log.")


def why_not(arrival: KeptArrival, content: bytes | None, defect: Exception | None) -> Ending | None:
    """Return the ending of what cannot be read any more; None if it is tried once more."""
    if defect is not None:
        return given_up(arrival, defect)
    if content is None:
        return failed("No key opens it any more.")
    if source_named(arrival.source) is None:
        return failed(f"There is no source {arrival.source} any more.")
    return refused("Its integration was revoked before it was processed.")


def related(ours: AbstractSet[str] | None, theirs: frozenset[str] | None) -> bool:
    """Return whether two messages may be about the same alert."""
    return ours is None or theirs is None or not ours.isdisjoint(theirs)
