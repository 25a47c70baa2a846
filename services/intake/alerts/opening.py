"""Opening an incident: declared once for a group of alerts, however often it is tried."""

from uuid import uuid5

from events.actor import Actor
from events.ids import IncidentId, service_stream
from events.incident.commands import DeclareIncident
from events.loading import load
from events.response_policy.policy import paging_nobody
from events.service.decide import service_decider
from events.severity import Severity
from services.commanding.declaration import declare, policy_of
from services.intake.alerts.receiver import Placed, digest_of
from services.intake.alerts.report import (
    Report,
    incident_began_at,
    incident_severity,
    incident_summary,
    incident_title,
)
from services.intake.arrival import Intake


async def declare_for(intake: Intake, report: Report, incident_id: IncidentId) -> Placed:
    """Declare the report's incident under this id; of several at once, the first gives the words.

    A service that is gone is no reason to lose an alert: its incident has the default deadlines.
    Raises: StreamConflict, LogUnavailable, LogOverloaded.
    """
    route = report.batch.route
    service_id = (route and route.service_id) or intake.sender.service_id
    service, _ = await load(intake.log, service_decider, service_stream(service_id))
    severity = incident_severity(report)
    policy = await policy_of(intake.log, service_id)
    if route and route.ticket_only:
        severity = severity or Severity.SEV4
        policy = paging_nobody(policy, severity)
    command = DeclareIncident(
        incident_id=incident_id,
        title=incident_title(report.batch),
        summary=incident_summary(report.batch),
        service_id=service.service_id,
        escalation_policy_id=(route and route.escalation_policy_id) or service.escalation_policy_id,
        deadlines=service.deadlines,
        links=service.links,
        policy=policy,
        severity=severity,
        actor=Actor(principal=intake.sender.principal),
        at=intake.at,
        began_at=incident_began_at(report.batch, intake.at),
    )
    declared = await declare(
        intake.log,
        command,
        command_id=uuid5(incident_id, "declare"),
        request_digest=digest_of(incident_id, "declare"),
        metadata=intake.metadata,
    )
    return Placed(
        incident_id=incident_id,
        reference=declared.event.reference,
        opened=not declared.duplicate,
        position=declared.result.last_position,
    )
