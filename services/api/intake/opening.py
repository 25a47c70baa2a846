"""The incident that a group of alerts opens: declared once, whoever tries how often."""

from datetime import datetime
from uuid import uuid5

from events.actor import Actor
from events.ids import IncidentId, service_stream
from events.loading import load
from events.log.recorded import Metadata
from events.log.store import Log
from events.service.decide import service_decider
from services.api.intake.receiver import Placed, Sender, digest_of
from services.api.intake.sources.alertmanager import (
    Report,
    incident_began_at,
    incident_severity,
    incident_summary,
    incident_title,
)
from services.commanding.declaration import Declaration, declare, policy_of


async def declare_for(
    log: Log,
    sender: Sender,
    report: Report,
    metadata: Metadata,
    at: datetime,
    incident_id: IncidentId,
) -> Placed:
    """Declare the report's incident under this id; of several at once, the first gives the words.

    A service that is gone is no reason to lose an alert: its incident has the default deadlines.
    Raises: StreamConflict, LogUnavailable, LogOverloaded.
    """
    service, _ = await load(log, service_decider, service_stream(sender.service_id))
    declaration = Declaration(
        incident_id=incident_id,
        title=incident_title(report.notification),
        summary=incident_summary(report.notification),
        service=service,
        policy=await policy_of(log, sender.service_id),
        severity=incident_severity(report),
        actor=Actor(principal=sender.principal),
        at=at,
        began_at=incident_began_at(report.notification, at),
    )
    declared = await declare(
        log,
        declaration,
        command_id=uuid5(incident_id, "declare"),
        request_digest=digest_of(incident_id, "declare"),
        metadata=metadata,
    )
    return Placed(
        incident_id=incident_id,
        reference=declared.event.reference,
        opened=not declared.duplicate,
        position=declared.result.last_position,
    )
