"""Looking at kept messages: the batches that they brought, as their source reads them.

Nothing is stored, nothing is asked of a database, so this is done beside the event loop.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

import structlog

from events.alert.events import ALERT_EVENTS, AlertTriggered
from events.errors import CommandRejected, LogFault
from events.ids import AlertId, IncidentId, IntegrationId, alert_id_for, alert_stream
from events.log.codec import codec_for
from events.log.intake.arrivals import KeptArrival
from events.log.memory import MemoryLog
from events.log.queues.memory_inbox import MemoryInbox
from events.log.recorded import Append, Metadata, RecordedEvent
from services.api.intake.keeping.envelope import opened
from services.api.intake.keeping.sweep import AnySource, read_again
from services.api.intake.keeping.trial import asks_nobody
from services.attending import Attending
from services.intake.alerts.routing import signals_of
from services.intake.arrival import Intake, Sender
from services.intake.batch.signal import Batch

MOST_KNOWN: Final = 20_000  # alerts that a sender may end by naming them

logs = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message that is kept, and who sent it."""

    arrival: KeptArrival
    content: bytes
    source: AnySource
    sender: Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a message brought; None where it cannot be read any more."""

    intake: Intake
    batches: Sequence[Batch] | None
    failed: bool = False  # by a fault of ours


class OpenAlerts(MemoryLog):
    """The alerts that fire, for senders that end one by naming it: made up when one is named."""

    def __init__(self, firing: "OrderedDict[str, _Firing]") -> None:
        super().__init__()
        self._firing = firing

    async def read_since(
        self, streams: Sequence[str], types: Sequence[str]
    ) -> dict[str, list[RecordedEvent]]:
        """Return the events of each stream from the newest of these types on."""
        for stream in streams:
            if stream in self._firing and not self._streams[stream]:
                await self.append(_triggered(stream, self._firing[stream]))
        return await super().read_since(streams, types)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Firing:
    alert_id: AlertId
    integration_id: IntegrationId
    dedup_key: str
    at: datetime


class Look:
    """Looks at messages in the order in which they came."""

    def __init__(self) -> None:
        self._firing: OrderedDict[str, _Firing] = OrderedDict()

    async def at(self, message: Message) -> Looked:
        """Return what a message brought."""
        at = message.arrival.arrived_at
        batches: list[Batch] = []
        intake = self._intake(message, at, batches)
        try:
            envelope = opened(message.content)
            arrival = envelope.arrival(message.sender, at)
            read = await read_again(message.source, envelope, arrival)
            if read.refusal is not None:
                return Looked(intake=intake, batches=None)
            with suppress(CommandRejected, LogFault):  # it asks for something else than alerts
                await message.source.take(read.heard, intake)
        except Exception:  # of one message: the others still count
            logs.exception("message_not_looked_at", arrival_id=str(message.arrival.arrival_id))
            return Looked(intake=intake, batches=None, failed=True)
        for batch in batches:
            self._remember(batch, message.sender, at)
        return Looked(intake=intake, batches=batches)

    def _intake(self, message: Message, at: datetime, batches: list[Batch]) -> Intake:
        log = OpenAlerts(self._firing)
        return Intake(
            log=log,
            attending=Attending(log, MemoryInbox()),
            sender=message.sender,
            source=message.source.name,
            losses=Counter(),
            metadata=Metadata(principal=message.sender.principal),
            at=at,
            storms=asyncio.Semaphore(),
            fetch=asks_nobody,
            sees=batches.append,
            stores=False,
        )

    def _remember(self, batch: Batch, sender: Sender, at: datetime) -> None:
        for signal in signals_of(batch):
            alert_id = alert_id_for(sender.integration_id, signal.dedup_key)
            stream = alert_stream(alert_id)
            self._firing.pop(stream, None)
            if signal.firing:
                self._firing[stream] = _Firing(
                    alert_id=alert_id,
                    integration_id=sender.integration_id,
                    dedup_key=signal.dedup_key,
                    at=at,
                )
        while len(self._firing) > MOST_KNOWN:
            self._firing.popitem(last=False)


def _triggered(stream: str, firing: _Firing) -> Append:
    event = AlertTriggered(
        alert_id=firing.alert_id,
        integration_id=firing.integration_id,
        dedup_key=firing.dedup_key,
        incident_id=IncidentId(uuid4()),
        title="",
        labels={},
        annotations={},
        source_url=None,
        started_at=firing.at,
        triggered_at=firing.at,
    )
    return Append(
        stream=stream,
        command_id=uuid4(),
        request_digest=bytes(32),
        expected_version=0,
        events=(codec_for(ALERT_EVENTS).encode(event),),
        metadata=Metadata(principal=f"integration:{firing.integration_id}"),
    )
