"""A small world for the receiver: one log, one inbox, people, and workflows that may be away."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from events.actor import Actor
from events.alert.decide import alert_decider
from events.alert.state import Alert
from events.errors import CommandRejected
from events.handle import handle
from events.ids import (
    AlertId,
    EscalationPolicyId,
    IncidentId,
    alert_id_for,
    alert_stream,
    incident_stream,
    page_id_for,
    page_stream,
    service_stream,
)
from events.incident.commands import AcknowledgeIncident, IncidentCommand
from events.incident.decide import incident_decider
from events.incident.pages.rules import wanted_pages
from events.incident.relations.commands import ConcludeRequest
from events.incident.relations.requests import requests
from events.incident.state import Incident
from events.loading import load
from events.log.memory import MemoryLog
from events.log.queues.inbox import InboxState
from events.log.queues.memory_inbox import MemoryInbox
from events.log.recorded import Append, Metadata
from events.page.decide import page_decider
from events.page.events import EscalationExhausted, PageStarted
from events.page.plan import PagePlan
from events.page.purpose import Purpose
from events.service.alert_handling import AS_USUAL
from events.service.events import ServiceDefined
from services.attending import Attending
from services.commanding.expected_incident import ExpectedIncident, expected_incident
from services.intake.alerts.receiver import Received
from services.projector.stray_alerts import moved_along
from tests.services.api.intake.monitor import SENDER, STARTED, codec, keep, send, story_of
from workflows.ids import incident_workflow_id
from workflows.messages import IncidentCommandEnvelope

ADA = Actor(principal="api_key:root", is_admin=True)


class World:
    """What a monitor, people and workflows do to each other; time passes when it is told to."""

    def __init__(self) -> None:
        self.log = MemoryLog()
        self.inbox = MemoryInbox()
        self.now: datetime = STARTED
        self.temporal_is_away = False
        self.handling = AS_USUAL

    async def begin(self) -> None:
        """Let there be a service whose incidents page somebody."""
        await self.tell(
            service_stream(SENDER.service_id),
            ServiceDefined(
                service_id=SENDER.service_id,
                name="Checkout",
                escalation_policy_id=EscalationPolicyId("checkout-on-call"),
                deadlines=(),
                defined_by="root",
                defined_at=STARTED,
            ),
        )

    def pass_time(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)

    async def hear(self, body: dict[str, Any]) -> Received:
        """Take in what the monitor says now."""
        return await send(self.log, body, self.now, self.inbox, self.handling)

    async def tell(self, stream: str, *events: Any) -> None:
        await self.log.append(
            Append(
                stream=stream,
                command_id=uuid4(),
                request_digest=bytes(32),
                expected_version=None,
                events=tuple(codec.encode(event) for event in events),
                metadata=Metadata(principal="responder:ada"),
            )
        )

    async def incidents(self) -> list[IncidentId]:
        return [one.incident_id for one in (await story_of(self.log)).incidents]

    async def incident(self, incident_id: IncidentId) -> Incident:
        incident, _ = await load(self.log, incident_decider, incident_stream(incident_id))
        return incident

    async def expected(self, incident_id: IncidentId) -> ExpectedIncident:
        return await expected_incident(self.log, self.inbox, incident_id)

    async def alert(self, fingerprint: str) -> Alert:
        alert_id = alert_id_for(SENDER.integration_id, fingerprint)
        alert, _ = await load(self.log, alert_decider, alert_stream(alert_id))
        return alert

    async def ask(self, incident_id: IncidentId, command: IncidentCommand) -> None:
        """Give somebody's command as the API does: behind those that wait, or at once."""
        waiting = await self.inbox.waiting(incident_workflow_id(incident_id))
        if self.temporal_is_away or waiting:
            await keep(self.inbox, incident_id, command)
        else:
            await self.carry_out(incident_id, command, uuid4())

    async def carry_out(
        self, incident_id: IncidentId, command: IncidentCommand, command_id: UUID
    ) -> None:
        """Do what the incident's workflow does with a command, and with what follows from it."""
        try:
            await handle(
                self.log,
                incident_decider,
                incident_stream(incident_id),
                command,
                command_id=command_id,
                request_digest=bytes(32),
                metadata=Metadata(principal="responder:ada"),
            )
        except CommandRejected:
            return
        for request in requests(await self.incident(incident_id)):
            refusal = await self.refusal_of(request.to, request.command)
            concluded = ConcludeRequest(
                number=request.number, refusal=refusal, actor=ADA, at=self.now
            )
            await self.carry_out(incident_id, concluded, uuid4())

    async def refusal_of(self, incident_id: IncidentId, command: IncidentCommand) -> str | None:
        try:
            incident_decider.decide(command, await self.incident(incident_id))
        except CommandRejected as refused:
            return refused.detail
        await self.carry_out(incident_id, command, uuid4())
        return None

    async def catch_up(self) -> None:
        """Let Temporal be there, and carry out whatever waits, in order."""
        self.temporal_is_away = False
        while entries := await self.inbox.claim():
            for entry in entries:
                envelope = IncidentCommandEnvelope.model_validate_json(entry.body)
                incident_id = IncidentId(UUID(entry.workflow_id.partition("/")[2]))
                await self.carry_out(incident_id, envelope.command, envelope.command_id)
                await self.inbox.finish(entry.command_id, InboxState.DONE, b"")

    async def move_strays(self, fingerprints: list[str]) -> None:
        attending = Attending(self.log, self.inbox)
        for fingerprint in fingerprints:
            alert_id = AlertId(alert_id_for(SENDER.integration_id, fingerprint))
            await moved_along(self.log, attending, alert_id, self.now)

    async def exhaust(self, incident_id: IncidentId) -> None:
        """Let every page that goes out now go through all its levels, with nobody answering."""
        for called in wanted_pages(await self.incident(incident_id)):
            if not called.wanted or called.not_before is not None:
                continue
            page_id = page_id_for(incident_id, called.number)
            page, version = await load(self.log, page_decider, page_stream(page_id))
            if page.over:
                continue
            started = PageStarted(
                page_id=page_id,
                incident_id=incident_id,
                reference="INC",
                plan=PagePlan(escalation_policy_id=None, levels=(), repeats=0),
                started_at=self.now,
            )
            exhausted = EscalationExhausted(
                page_id=page_id, incident_id=incident_id, rounds=1, exhausted_at=self.now
            )
            told = (exhausted,) if version else (started, exhausted)
            await self.tell(page_stream(page_id), *told)

    async def take(self, incident_id: IncidentId) -> None:
        await self.ask(incident_id, AcknowledgeIncident(actor=ADA, at=self.now))

    async def is_looked_after(self, fingerprint: str) -> bool:
        """Say whether a firing alert is open in an incident that somebody has or is paged for."""
        alert = await self.alert(fingerprint)
        if not alert.is_open or alert.incident_id is None:
            return False
        home = await self.expected(alert.incident_id)
        incident = home.incident
        if not home.takes_alerts:
            return False
        if incident.acknowledged_by is not None:
            return True
        if incident.work_item is not None and incident.work_item.open:
            return True
        for called in wanted_pages(incident):
            if called.wanted and called.purpose is Purpose.RESPONSE:
                stream = page_stream(page_id_for(home.incident_id, called.number))
                page, _ = await load(self.log, page_decider, stream)
                if not page.over:
                    return True
        return False
