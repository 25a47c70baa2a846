"""A monitor for the tests: Alertmanager's bodies, and an integration that takes them in."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from events.errors import LogUnavailable
from events.ids import IncidentId, IntegrationId, ServiceId, incident_stream
from events.incident.commands import IncidentCommand
from events.incident.events import IncidentDeclared
from events.log.codec import Codec, codec_for
from events.log.lookup.watched import Changed, Watched
from events.log.queues.inbox import Inbox
from events.log.queues.memory_inbox import MemoryInbox
from events.log.recorded import (
    Append,
    AppendResult,
    Bookmark,
    CommandRecord,
    Metadata,
    RecordedEvent,
)
from events.log.store import Log
from events.registry import ALL_EVENTS
from events.service.alert_handling import AS_USUAL, AlertHandling
from services.api.intake.sources.alertmanager.reading import NotificationReader
from services.attending import Attending
from services.commanding.deferred import deferred
from services.intake.alerts.opening import declare_for
from services.intake.alerts.receiver import Received, Receiver
from services.intake.alerts.report import Report, report_from
from services.intake.arrival import Intake, Sender
from services.intake.batch.signal import Batch, Signal
from services.intake.batch.spool import blocks_of
from workflows.ids import incident_workflow_id
from workflows.messages import IncidentCommandEnvelope

BODIES = Path(__file__).parents[3] / "data" / "alertmanager"
STARTED = datetime(2026, 11, 23, 3, 25, 8, tzinfo=UTC)
SENDER = Sender(integration_id=IntegrationId("prometheus"), service_id=ServiceId("checkout"))
codec: Codec[Any] = codec_for(ALL_EVENTS)


def captured(number: int) -> dict[str, Any]:
    """One of the three bodies captured from a real Alertmanager, in the order they were sent."""
    (path,) = BODIES.glob(f"{number}-*.json")
    body: dict[str, Any] = json.loads(path.read_bytes())
    return body


def one_alert(fingerprint: str, status: str = "firing", *, after: float = 0, **more: Any) -> Any:
    started = STARTED + timedelta(seconds=after)
    ended = started + timedelta(seconds=30) if status == "resolved" else None
    return {
        "status": status,
        "labels": {"alertname": "DiskFull", "instance": fingerprint},
        "annotations": {},
        "startsAt": started.isoformat(),
        "endsAt": ended.isoformat() if ended else "0001-01-01T00:00:00Z",
        "fingerprint": fingerprint,
        **more,
    }


def body_of(*alerts: Any, group: str = '{}:{alertname="DiskFull"}', **more: Any) -> dict[str, Any]:
    return {
        "version": "4",
        "groupKey": group,
        "groupLabels": {"alertname": "DiskFull"},
        "alerts": list(alerts),
        **more,
    }


def heard(body: Any, at: datetime = STARTED) -> Batch:
    """Read a body as the route does."""
    reader = NotificationReader(at)
    reader.feed(body if isinstance(body, bytes) else json.dumps(body).encode())
    return reader.finish()


def signals_in(batch: Batch) -> tuple[Signal, ...]:
    """All signals of a batch."""
    return tuple(one for block in blocks_of(batch.signals) for one in block)


def signals_of(body: Any, at: datetime = STARTED) -> tuple[Signal, ...]:
    return signals_in(heard(body, at))


def report_of(batch: Batch, *more: Signal) -> Report:
    """All of a batch in one report."""
    return report_from(SENDER.integration_id, batch, (*signals_in(batch), *more))


async def send(
    log: Log,
    body: dict[str, Any],
    at: datetime = STARTED,
    inbox: Inbox | None = None,
    handling: AlertHandling = AS_USUAL,
) -> Received:
    """Take a body in as the route does, without the HTTP around it."""
    intake = Intake(
        log=log,
        attending=Attending(log, inbox or MemoryInbox()),
        sender=SENDER,
        source="alertmanager",
        losses=Counter(),
        metadata=Metadata(principal=SENDER.principal),
        at=at,
        storms=asyncio.Semaphore(),
    )
    report = report_of(heard(body, at))
    declare = partial(declare_for, intake)
    receiver = Receiver(intake, log, declare, handling)
    return await receiver.receive(report)


@dataclass(frozen=True)
class Story:
    """The log as a person would tell it."""

    events: Sequence[Any] = field(repr=False)

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.events]

    @property
    def incidents(self) -> list[IncidentDeclared]:
        return [event for event in self.events if isinstance(event, IncidentDeclared)]

    @property
    def open_alerts(self) -> dict[UUID, list[IncidentId]]:
        """Return the incidents of each alert's occurrences that were not resolved."""
        opened: dict[UUID, list[IncidentId]] = {}
        for event in self.events:
            if event.type == "alert.triggered":
                opened.setdefault(event.alert_id, []).append(event.incident_id)
            elif event.type == "alert.resolved":
                opened.pop(event.alert_id, None)  # it may have been held back all the time
        return opened


async def story_of(log: Log) -> Story:
    return Story([codec.decode(one).event for one in await log.read_all(0, 10_000)])


async def incident_lives(log: Log, incident_id: IncidentId, event: Any) -> None:
    """Append what people do to an incident, as its workflow would."""

    await log.append(
        Append(
            stream=incident_stream(incident_id),
            command_id=uuid4(),
            request_digest=bytes(32),
            expected_version=None,
            events=(codec.encode(event),),
            metadata=Metadata(principal="responder:ada"),
        )
    )


async def keep(inbox: Inbox, incident_id: IncidentId, command: IncidentCommand) -> UUID:
    """Put a command of somebody's into the inbox, as the API does while Temporal is away."""
    envelope = IncidentCommandEnvelope(
        command_id=uuid4(),
        request_digest=bytes(32).hex(),
        metadata=Metadata(principal="responder:ada"),
        command=command,
    )
    await inbox.put(deferred(incident_workflow_id(incident_id), envelope))
    return envelope.command_id


class FailingLog:
    """A log whose n-th append fails: before it was stored, or after, with the answer lost."""

    def __init__(self, log: Log, fails_at: int, *, stored: bool) -> None:
        self._log = log
        self._left = fails_at
        self._stored = stored

    async def append(self, request: Append) -> AppendResult:
        self._left -= 1
        if self._left == 0:
            if self._stored:
                await self._log.append(request)
            raise LogUnavailable("The line was cut.")
        return await self._log.append(request)

    async def read_stream(self, stream: str, after_version: int = 0) -> list[RecordedEvent]:
        return await self._log.read_stream(stream, after_version)

    async def changed(self, watched: Watched, after_position: int) -> Changed:
        """Return the streams with events of the watched types above `after_position`."""
        return await self._log.changed(watched, after_position)

    async def read_about(self, stream: str, word: str) -> list[RecordedEvent]:
        return await self._log.read_about(stream, word)

    async def read_since(
        self, streams: Sequence[str], types: Sequence[str]
    ) -> dict[str, list[RecordedEvent]]:
        return await self._log.read_since(streams, types)

    async def read_on(self, bookmarks: Mapping[str, Bookmark]) -> dict[str, list[RecordedEvent]]:
        return await self._log.read_on(bookmarks)

    async def read_all(self, after_position: int, limit: int = 5000) -> Sequence[RecordedEvent]:
        return await self._log.read_all(after_position, limit)

    async def opened(self, stored: Sequence[RecordedEvent]) -> list[RecordedEvent]:
        return await self._log.opened(stored)

    async def head(self) -> int:
        return await self._log.head()

    async def find_command(self, command_id: UUID) -> CommandRecord | None:
        return await self._log.find_command(command_id)

    async def next_reference(self) -> int:
        return await self._log.next_reference()
