"""The incident that a group of alerts opens: declared once, with the start of its workflow."""

import json
from datetime import datetime
from uuid import uuid5

from events.actor import Actor
from events.handle import handle
from events.ids import IncidentId, incident_stream, service_stream
from events.incident.commands import DeclareIncident
from events.incident.decide import incident_decider
from events.incident.events import IncidentDeclared
from events.loading import load
from events.log.recorded import Metadata, OutboxEntry
from events.log.store import Log
from events.service.decide import service_decider
from services.api.ingest.alertmanager import (
    Report,
    incident_severity,
    incident_summary,
    incident_title,
)
from services.api.ingest.door import Placed, Sender, digest_of

START_WORKFLOW = "start_incident_workflow"  # what the relay knows to do


async def declare_for(
    log: Log,
    sender: Sender,
    report: Report,
    metadata: Metadata,
    at: datetime,
    incident_id: IncidentId,
) -> Placed:
    """Declare the report's incident under this id, and have its workflow started.

    Reports that do so at once declare one incident; the words are those of the first.
    Raises: StreamConflict, LogUnavailable, LogOverloaded.
    """
    service, _ = await load(log, service_decider, service_stream(sender.service_id))
    handled = await handle(
        log,
        incident_decider,
        incident_stream(incident_id),
        DeclareIncident(
            incident_id=incident_id,
            reference=f"INC-{await log.next_reference()}",
            title=incident_title(report.notification),
            summary=incident_summary(report.notification),
            service_id=sender.service_id,
            severity=incident_severity(report.notification),
            escalation_policy_id=service.escalation_policy_id,
            deadlines=service.deadlines,
            actor=Actor(principal=sender.principal),
            at=at,
        ),
        command_id=uuid5(incident_id, "declare"),
        request_digest=digest_of(incident_id, "declare"),
        metadata=metadata,
        outbox=(
            OutboxEntry(
                kind=START_WORKFLOW,
                key=str(incident_id),
                body=json.dumps({"incident_id": str(incident_id)}).encode(),
            ),
        ),
    )
    declared = next(one.event for one in handled.events if isinstance(one.event, IncidentDeclared))
    return Placed(
        incident_id=incident_id,
        reference=declared.reference,
        opened=not handled.duplicate,
        position=handled.result.last_position,
    )
