"""Monitors: the simulated messages of a service's monitor, taken in by the real receiver."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.ids import IncidentId
from events.incident.decide import AGGREGATE as INCIDENT
from events.log.queues.inbox import InboxState
from events.log.queues.memory_inbox import MemoryInbox
from events.log.recorded import Metadata
from events.values.severity import Severity
from services.attending import Attending
from services.intake.alerts.storing import take_parts
from services.intake.arrival import Intake, Sender
from services.intake.batch.signal import Batch, Signal
from services.intake.batch.spool import packed
from services.intake.openings import Openings
from services.simulation.clockwork.world import Itself, World
from services.simulation.company.staff import Service
from workflows.messages import IncidentCommandEnvelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a monitor sees of one failure."""

    name: str  # by which it knows it again
    alert: str
    title: str
    severity: Severity | None
    since: datetime


class Monitors:
    """The monitors of all services, and the inbox that their commands to incidents go through."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._inbox = MemoryInbox()
        self._openings = Openings()
        self._storms = asyncio.Semaphore(1)

    async def fires(self, service: Service, seen: Seen) -> IncidentId | None:
        """Say that something fires, and return the incident that it is in."""
        signal = Signal(
            dedup_key=seen.name,
            firing=True,
            title=f"{service.name} {seen.title}",
            severity=seen.severity,
            labels={"alertname": seen.alert, "service": service.service_id},
            started_at=seen.since,
            source_url=f"https://monitor.example/{service.service_id}",
        )
        return await self._take(service, signal)

    async def is_over(self, service: Service, seen: Seen) -> None:
        """Say that it fires no longer."""
        signal = Signal(
            dedup_key=seen.name,
            firing=False,
            labels={"alertname": seen.alert, "service": service.service_id},
            started_at=seen.since,
            ended_at=self._world.now,
        )
        await self._take(service, signal)

    async def _take(self, service: Service, signal: Signal) -> IncidentId | None:
        signals = packed([signal])
        batch = Batch(sender="Alertmanager", group_key=signal.dedup_key, signals=signals)
        taken = await take_parts(batch, self._intake(service))
        await self._carry_out()
        return taken.placed.incident_id if taken.placed else None

    def _intake(self, service: Service) -> Intake:
        sender = Sender(integration_id=service.integration_id, service_id=service.service_id)
        return Intake(
            log=self._world.log,
            attending=Attending(self._world.log, self._inbox),
            sender=sender,
            source="alertmanager",
            losses=Counter(),
            metadata=Metadata(principal=sender.principal),
            at=self._world.now,
            storms=self._storms,
            openings=self._openings,
        )

    async def _carry_out(self) -> None:
        """Carry out what the receiver asks of incidents, as their workflows do."""
        for entry in await self._inbox.claim():
            envelope = IncidentCommandEnvelope.model_validate_json(entry.body)
            incident_id = IncidentId(UUID(entry.workflow_id.partition("/")[2]))
            itself = Itself(command_id=entry.command_id, metadata=envelope.metadata)
            await self._world.try_to(INCIDENT, incident_id, envelope.command, itself)
            await self._inbox.finish(entry.command_id, InboxState.DONE, b"")
