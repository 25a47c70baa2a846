"""The ingest door: who may come in, and how a report becomes alerts and at most one incident.

Every step is its own append under a command id made from what the report says, and every step is
taken only where the log does not show it yet. So a report that comes again, at the same time as
itself, or after a crash half-way, ends where one report ends.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID, uuid5

from events.alert.commands import AlertCommand
from events.alert.decide import alert_decider
from events.alert.state import Alert
from events.alert_group.commands import OpenAlertGroup
from events.alert_group.decide import alert_group_decider
from events.alert_group.state import AlertGroup
from events.errors import LogOverloaded, StreamConflict
from events.handle import handle
from events.ids import (
    AlertId,
    IncidentId,
    IntegrationId,
    ServiceId,
    alert_group_stream,
    alert_stream,
    incident_stream,
    integration_stream,
)
from events.incident.decide import incident_decider
from events.incident.state import Incident
from events.integration.decide import integration_decider
from events.loading import load
from events.log.recorded import Metadata
from events.log.store import Log
from services.api.ingest.alertmanager import (
    Report,
    needs_trigger,
    resolve_command,
    trigger_command,
)
from services.api.keys import parse_key
from services.merged import surviving

ATTEMPTS: Final = 5  # to find the incident while others open and end it
AT_ONCE: Final = 32  # alerts of one report; the log's group commit takes them together


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """An integration that showed its key."""

    integration_id: IntegrationId
    service_id: ServiceId

    @property
    def principal(self) -> str:
        """Return the name its events carry."""
        return f"integration:{self.integration_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The incident that takes a report's alerts."""

    incident_id: IncidentId
    reference: str
    opened: bool = False  # by this report
    position: int = 0  # where it was opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One alert as it stood before the report."""

    alert_id: AlertId
    alert: Alert
    version: int  # of its stream: a step is never mistaken for one taken in another state


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One alert as it stands after the report."""

    alert_id: AlertId
    alert: Alert
    position: int = 0  # where the report changed it


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of a report."""

    placed: Placed | None  # None when no alert needed an incident
    alerts: tuple[Stored, ...]
    position: int  # all of it can be read from here on


type Declare = Callable[[IncidentId], Awaitable[Placed]]


async def sender_with(log: Log, key: str) -> Sender | None:
    """Return the integration whose key this is; None for any other text.

    Raises: LogUnavailable.
    """
    shown = parse_key(key)
    if shown is None or shown.kind != "ingest":
        return None
    stream = integration_stream(IntegrationId(shown.key_id))
    integration, _ = await load(log, integration_decider, stream)
    known, service = integration.integration_id, integration.service_id
    if not shown.matches(integration.secret_hash) or integration.revoked:
        return None
    return Sender(integration_id=known, service_id=service) if known and service else None


class Door:
    """Takes in one report. `declare` declares the group's incident, once, under the id given."""

    def __init__(self, log: Log, metadata: Metadata, at: datetime, declare: Declare) -> None:
        self._log = log
        self._metadata = metadata
        self._at = at
        self._declare = declare
        self._room = asyncio.Semaphore(AT_ONCE)

    async def receive(self, report: Report) -> Received:
        """Store what the report says; everything is committed when this returns.

        Raises: LogUnavailable, LogOverloaded: nothing is promised, the report must come again.
        """
        try:
            return await self._receive(report)
        except StreamConflict as lost:
            raise LogOverloaded("Too many reports on the same alerts at once.") from lost

    async def _receive(self, report: Report) -> Received:
        seen = await self._at_once(self._seen(alert_id) for alert_id in report.alerts)
        waiting = any(
            needs_trigger(report.alerts[one.alert_id], one.alert, self._at) for one in seen
        )
        placed = await self._place(report) if waiting else None
        stored = await self._at_once(self._store(report, one, placed) for one in seen)
        position = max([*(one.position for one in stored), placed.position if placed else 0])
        return Received(
            placed=placed,
            alerts=tuple(stored),
            position=position or await self._log.head(),
        )

    async def _place(self, report: Report) -> Placed:
        """Return the group's incident: the one that still takes alerts, or a new one."""
        stream = alert_group_stream(report.group_id)
        for _ in range(ATTEMPTS):
            group, version = await load(self._log, alert_group_decider, stream)
            if group.incident_id is not None:
                incident, declared = await load(
                    self._log, incident_decider, incident_stream(group.incident_id)
                )
                if not declared:  # by this report so far, or by one that ended half-way
                    return await self._declare(group.incident_id)
                home, incident = await surviving(self._log, group.incident_id)
                if takes_alerts(incident):
                    return Placed(incident_id=home, reference=incident.reference)
            await self._open(report, group, version)
        raise LogOverloaded("The group's incidents end faster than its alerts can join one.")

    async def _open(self, report: Report, group: AlertGroup, version: int) -> None:
        """Send the group to a new incident; whoever saw the same version opens the same one."""
        name = f"open:{version}"
        await handle(
            self._log,
            alert_group_decider,
            alert_group_stream(report.group_id),
            OpenAlertGroup(
                group_id=report.group_id,
                integration_id=report.integration_id,
                group_key=report.notification.group_key,
                incident_id=IncidentId(uuid5(report.group_id, f"incident:{version}")),
                instead_of=group.incident_id,
                at=self._at,
            ),
            command_id=uuid5(report.group_id, name),
            request_digest=digest_of(report.group_id, name),
            metadata=self._metadata,
        )

    async def _seen(self, alert_id: AlertId) -> Seen:
        stream = alert_stream(alert_id)
        alert, version = await load(self._log, alert_decider, stream)
        return Seen(alert_id=alert_id, alert=alert, version=version)

    async def _store(self, report: Report, seen: Seen, placed: Placed | None) -> Stored:
        notified = report.alerts[seen.alert_id]
        occurrence = f"{seen.version}:{notified.starts_at.isoformat()}"
        if placed is not None and needs_trigger(notified, seen.alert, self._at):
            trigger = trigger_command(report, seen.alert_id, placed.incident_id, self._at)
            return await self._handle(seen, trigger, f"trigger:{occurrence}")
        resolve = resolve_command(notified, self._at)
        if notified.status == "resolved" and alert_decider.decide(resolve, seen.alert):
            return await self._handle(seen, resolve, f"resolve:{occurrence}")
        return Stored(alert_id=seen.alert_id, alert=seen.alert)

    async def _handle(self, seen: Seen, command: AlertCommand, name: str) -> Stored:
        handled = await handle(
            self._log,
            alert_decider,
            alert_stream(seen.alert_id),
            command,
            command_id=uuid5(seen.alert_id, name),
            request_digest=digest_of(seen.alert_id, name),
            metadata=self._metadata,
        )
        if not handled.events:  # another report was first
            seen = await self._seen(seen.alert_id)
        return Stored(
            alert_id=seen.alert_id,
            alert=alert_decider.fold((one.event for one in handled.events), seen.alert),
            position=handled.result.last_position,
        )

    async def _at_once[Result](self, steps: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
        """Return the results of all steps; when one fails the others are still carried out."""

        async def in_turn(step: Coroutine[Any, Any, Result]) -> Result:
            async with self._room:
                return await step

        results = await asyncio.gather(*map(in_turn, steps), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return cast("list[Result]", results)


def takes_alerts(incident: Incident) -> bool:
    """Return whether alerts may still join the incident."""
    return incident.incident_id is not None and not incident.resolved and not incident.ended


def digest_of(subject: UUID, name: str) -> bytes:
    """Return what a step is about: not its texts, which monitors word anew at every report."""
    return sha256(f"{subject}:{name}".encode()).digest()
