"""Takes a notification in, block by block: the first opens the incident, the others follow.

Each block is a report of its own to the ingest door, so a storm that is cut off half-way is
completed by its repeat. An alert that the log refuses is told from the others and counted.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import structlog

from events.alert.decide import alert_decider
from events.errors import CommandRejected, LogOverloaded
from events.handle import beginnings
from events.ids import IncidentId, alert_stream
from events.log.recorded import Metadata
from events.log.store import Log
from services.api.intake.alert_spool import AlertSpool
from services.api.intake.losses import losses_of
from services.api.intake.opening import declare_for
from services.api.intake.prefetched_log import PrefetchedLog
from services.api.intake.receiver import Door, Placed, Received, Sender, Stored
from services.api.intake.sources.alertmanager import Report, report_from
from services.api.intake.sources.notification import LISTED, Notification, NotifiedAlert
from services.attending import Attending
from services.request_refusals import FiringInDoubt

SHOWN: Final = 500  # alerts of a notification that its answer names

logger = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Taken:
    """What became of a notification."""

    placed: Placed | None = None  # None when no alert needed an incident
    shown: list[Stored] = field(default_factory=list)
    stored: int = 0
    refused: int = 0
    position: int = 0  # all of it can be read from here on
    doubt: FiringInDoubt | None = None  # it must come again for this

    def add(self, received: Received, own: int) -> None:
        """Count one block in, `own` of whose alerts are its monitor's."""
        opened = self.placed is not None and self.placed.opened
        if received.placed is not None and not opened:
            self.placed = received.placed
        self.shown += received.alerts[:own][: SHOWN - len(self.shown)]
        self.stored += own
        self.position = max(self.position, received.position)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Where notifications of one sender go, at one moment."""

    log: Log
    attending: Attending
    sender: Sender
    metadata: Metadata
    at: datetime
    storms: asyncio.Semaphore
    headway: Callable[[], None] = lambda: None  # is told of each block that is stored

    async def take(self, notification: Notification, alerts: AlertSpool) -> Taken:
        """Store all that was read of a notification; everything is committed when this returns.

        Raises: LogUnavailable, LogOverloaded: nothing is promised, it must come again;
        FiringInDoubt: the same, but whatever is certain is stored.
        """
        losses = tuple(losses_of(notification, self.at))
        notification = with_losses(notification, losses)
        blocks = alerts.blocks()
        taken = Taken()
        await self._store(notification, next(blocks, []), losses, taken)
        for block in blocks:
            self.headway()
            async with self.storms:
                await self._store(notification, block, (), taken)
        if taken.doubt is not None:
            raise taken.doubt
        if taken.refused:
            await self._tell_refused(notification, taken)
        return taken

    async def _store(
        self,
        notification: Notification,
        alerts: Sequence[NotifiedAlert],
        losses: Sequence[NotifiedAlert],
        taken: Taken,
    ) -> None:
        try:
            received, own = await self._receive(notification, alerts, losses)
        except FiringInDoubt as doubt:
            taken.doubt = doubt  # whatever is certain is stored
        except CommandRejected as refusal:
            await self._store_each(notification, alerts, losses, taken, refusal)
        else:
            taken.add(received, own)

    async def _store_each(
        self,
        notification: Notification,
        alerts: Sequence[NotifiedAlert],
        losses: Sequence[NotifiedAlert],
        taken: Taken,
        refusal: CommandRejected,
    ) -> None:
        """Store the alerts one by one, so that one that is refused keeps none of the others out."""
        if len(alerts) + len(losses) == 1:
            taken.refused += 1
            logger.warning("alert_refused", refusal=type(refusal).__name__, detail=refusal.detail)
            return
        for alert in alerts:
            await self._store(notification, [alert], (), taken)
        for loss in losses:
            await self._store(notification, (), [loss], taken)

    async def _tell_refused(self, notification: Notification, taken: Taken) -> None:
        if not taken.stored:
            raise LogOverloaded("None of the alerts could be stored.")
        told = replace(notification, unread=notification.unread + taken.refused)
        received, _ = await self._receive(told, (), tuple(losses_of(told, self.at)))
        taken.add(received, 0)

    async def _receive(
        self,
        notification: Notification,
        alerts: Sequence[NotifiedAlert],
        losses: Sequence[NotifiedAlert],
    ) -> tuple[Received, int]:
        """Hand a block to the door; also say how many of what it stored are the monitor's own."""
        part = replace(notification, alerts=(*alerts, *losses))
        report = report_from(self.sender.integration_id, part)
        streams = [alert_stream(one) for one in report.alerts]
        log = await PrefetchedLog.of(self.log, streams, beginnings(alert_decider))
        door = Door(log, self.attending, self.metadata, self.at, self._declaring(report))
        return await door.receive(report), len(report.alerts) - len(losses)

    def _declaring(self, report: Report) -> Callable[[IncidentId], Awaitable[Placed]]:
        async def declare(incident_id: IncidentId) -> Placed:
            return await declare_for(
                self.log, self.sender, report, self.metadata, self.at, incident_id
            )

        return declare


def with_losses(notification: Notification, losses: Sequence[NotifiedAlert]) -> Notification:
    """Return the notification with what is missing among what fires, behind what was read."""
    missing = [one for one in losses if one.status == "firing"]
    if notification.firing or not missing:
        return notification
    return replace(notification, firing=len(missing), listed=tuple(missing[:LISTED]))
