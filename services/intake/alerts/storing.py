"""Storing a batch: block by block; the first opens the incident, the others follow.

Each block is a report of its own to the receiver, so a storm that is cut off half-way is completed
by its repeat. An alert that the log refuses is told from the others and counted.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import structlog

from events.alert.decide import alert_decider
from events.errors import CommandRejected, LogOverloaded
from events.folded_streams import newest
from events.handle import beginnings
from events.ids import IncidentId, alert_stream, service_stream
from events.log.store import Log
from events.service.alert_handling import AlertHandling
from events.service.decide import service_decider
from services.intake.alerts.opening import declare_for
from services.intake.alerts.prefetched_log import PrefetchedLog
from services.intake.alerts.receiver import Placed, Received, Receiver, Stored
from services.intake.alerts.report import Report, report_from
from services.intake.alerts.routing import parts_of
from services.intake.alerts.storms import Storms
from services.intake.arrival import Intake
from services.intake.batch.losses import losses_of
from services.intake.batch.signal import LISTED, Batch, Signal
from services.intake.batch.spool import blocks_of
from services.request_refusals import FiringInDoubt

SHOWN: Final = 500  # alerts of a batch that its answer names

logger = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Taken:
    """Result of a batch."""

    batch: Batch
    placed: Placed | None = None  # None when no alert needed an incident
    shown: list[Stored] = field(default_factory=list)
    stored: int = 0
    refused: int = 0
    position: int = 0  # all of it can be read from here on
    doubt: FiringInDoubt | None = None  # it must come again for this
    private: frozenset[IncidentId] = frozenset()  # incidents that the sender must not know of

    def add(self, received: Received, own: int) -> None:
        """Count one block in, `own` of whose alerts are its sender's."""
        opened = self.placed is not None and self.placed.opened
        if received.placed is not None and not opened:
            self.placed = received.placed
        self.shown += received.alerts[:own][: SHOWN - len(self.shown)]
        self.stored += own
        self.position = max(self.position, received.position)

    def join(self, part: "Taken") -> None:
        """Count in what became of one part of the batch."""
        opened = self.placed is not None and self.placed.opened
        if part.placed is not None and not opened:
            self.placed = part.placed
        self.shown += part.shown[: SHOWN - len(self.shown)]
        self.stored += part.stored
        self.refused += part.refused
        self.position = max(self.position, part.position)


async def take_parts(batch: Batch, intake: Intake) -> Taken:
    """Store what the routing rules make of a batch, and say what became of all of it.

    Raises: LogUnavailable, LogOverloaded, FiringInDoubt: as `take_batch` does; a part that is in
    doubt keeps none of the others out.
    """
    intake.sees(batch)
    whole, doubt = Taken(batch=batch), None
    if not intake.stores:
        return whole
    for part in await parts_of(batch, intake):
        try:
            whole.join(await take_batch(part, intake))
        except FiringInDoubt as doubted:
            doubt = doubted
    if doubt is not None:
        raise doubt
    return whole


async def take_batch(batch: Batch, intake: Intake) -> Taken:
    """Store all that was read of a batch; everything is committed when this returns.

    Raises: LogUnavailable, LogOverloaded: nothing is promised, it must come again;
    FiringInDoubt: the same, but whatever is certain is stored.
    """
    taken = Taken(batch=batch)
    losses = await _stored_losses(batch, intake, taken)
    storing = _Storing(intake, with_losses(batch, losses), taken)
    blocks = blocks_of(batch.signals)
    await storing.store(next(blocks, []), losses)
    for block in blocks:
        intake.headway()
        async with intake.storms:
            await storing.store(block, ())
    if taken.doubt is not None:
        raise taken.doubt
    if taken.refused:
        await storing.tell_refused()
    return taken


async def _stored_losses(batch: Batch, intake: Intake, taken: Taken) -> tuple[Signal, ...]:
    """Return what is missing from the batch, for its incident; what is held back is stored first.

    Of a part of a message nothing is missing: that stands with the part that is as it was sent.
    """
    if batch.partial or batch.released:
        return ()
    losses = tuple(losses_of(batch, intake.at))
    if batch.losses_route is None:
        return losses
    await _Storing(intake, replace(batch, route=batch.losses_route), taken).store((), losses)
    return ()


class _Storing:
    """Storing one batch."""

    def __init__(self, intake: Intake, batch: Batch, taken: Taken) -> None:
        self._intake = intake
        self._batch = batch
        self._taken = taken

    async def store(self, signals: Sequence[Signal], losses: Sequence[Signal]) -> None:
        """Store one block, and what is missing from the batch beside it."""
        try:
            received, own = await self._receive(self._batch, signals, losses)
        except FiringInDoubt as doubt:
            self._taken.doubt = doubt  # whatever is certain is stored
        except CommandRejected as refusal:
            await self._store_each(signals, losses, refusal)
        else:
            self._taken.add(received, own)

    async def _store_each(
        self, signals: Sequence[Signal], losses: Sequence[Signal], refusal: CommandRejected
    ) -> None:
        """Store the alerts one by one, so that one that is refused keeps none of the others out."""
        if len(signals) + len(losses) == 1:
            self._taken.refused += 1
            logger.warning("alert_refused", refusal=type(refusal).__name__, detail=refusal.detail)
            return
        for signal in signals:
            await self.store([signal], ())
        for loss in losses:
            await self.store((), [loss])

    async def tell_refused(self) -> None:
        """Have the incident say what the log refused."""
        taken = self._taken
        if not taken.stored:
            raise LogOverloaded("None of the alerts could be stored.")
        batch = replace(self._batch, unread=self._batch.unread + taken.refused)
        received, _ = await self._receive(batch, (), tuple(losses_of(batch, self._intake.at)))
        taken.add(received, 0)

    async def _receive(
        self, batch: Batch, signals: Sequence[Signal], losses: Sequence[Signal]
    ) -> tuple[Received, int]:
        """Receive a block; also say how many of what it stored are the sender's own."""
        intake = self._intake
        report = report_from(intake.sender.integration_id, batch, (*signals, *losses))
        await note_declared_ends(report, intake)
        log, handling = await read_ahead(report, intake)
        storms = Storms(intake=intake, openings=intake.openings, above=handling.storm_above)
        declare = partial(declare_for, intake)
        receiver = Receiver(intake, log, declare, handling, storms.instead_of)
        return await receiver.receive(report), len(report.signals) - len(losses)


async def read_ahead(report: Report, intake: Intake) -> tuple[Log, AlertHandling]:
    """Read the report's alerts, with how their service has them taken, in one go.

    Where alerts end by silence, those that are open are noted as heard of, and read again: one
    that was ended in between opens anew.
    Raises: LogUnavailable.
    """
    service_of = service_stream(intake.sender.service_id)
    streams = [alert_stream(one) for one in report.signals]
    types = beginnings(alert_decider)
    log, (service, _) = await asyncio.gather(
        PrefetchedLog.of(intake.log, streams, types),
        newest(intake.log, service_decider, service_of),
    )
    handling = service.alert_handling
    if handling.auto_resolve_after is None:
        return log, handling
    ends = {alert_id: one.expires_at for alert_id, one in report.signals.items() if one.firing}
    if not ends:
        return log, handling
    await intake.note(ends, intake.at)
    return await PrefetchedLog.of(intake.log, streams, types), handling


async def note_declared_ends(report: Report, intake: Intake) -> None:
    """Note until when alerts fire whose sender says so, before anybody looks whether they do.

    Raises: LogUnavailable.
    """
    ends = {
        alert_id: one.expires_at
        for alert_id, one in report.signals.items()
        if one.firing and one.expires_at is not None
    }
    if ends:
        await intake.note(ends, intake.at)


def with_losses(batch: Batch, losses: Sequence[Signal]) -> Batch:
    """Return the batch with what is missing among what fires, behind what was read."""
    missing = [one for one in losses if one.firing]
    if batch.signals.firing or not missing:
        return batch
    listed = tuple(missing[:LISTED])
    return replace(batch, signals=replace(batch.signals, firing=len(missing), listed=listed))
