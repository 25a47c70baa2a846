"""Opening an incident: declared once for a group of alerts, however often it is tried."""

from uuid import uuid5

import structlog

from events.actor import Actor
from events.configuration.incident_type import IncidentTypeNotFound
from events.ids import IncidentId, service_stream
from events.incident.commands import DeclareIncident
from events.loading import load
from events.log.store import Log
from events.response_policy.policy import paging_nobody
from events.routing.typed import TypedAs, TypedIncident, typed_incident
from events.service.decide import service_decider
from events.values.custom_fields import IncidentType
from events.values.severity import Severity
from services.commanding.declaration import declare, incident_type_with, policy_of
from services.intake.alerts.receiver import Placed, digest_of
from services.intake.alerts.report import (
    Report,
    incident_began_at,
    incident_severity,
    incident_summary,
    incident_title,
)
from services.intake.arrival import Intake

logger = structlog.get_logger(__name__)


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
    typed = await _typed(intake, report)
    command = DeclareIncident(
        incident_id=incident_id,
        title=incident_title(report.batch),
        summary="\n".join([incident_summary(report.batch), *typed.warnings]),
        service_id=service.service_id,
        escalation_policy_id=(route and route.escalation_policy_id) or service.escalation_policy_id,
        deadlines=service.deadlines,
        links=service.links,
        policy=policy,
        severity=severity,
        incident_type=typed.incident_type,
        fields=typed.fields,
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


async def _typed(intake: Intake, report: Report) -> TypedIncident:
    """Return the type that the first alert is given which is given one, as far as it fits."""
    firing = (one for one in report.signals.values() if one.firing)
    wanted = next((one.typed_as for one in firing if one.typed_as is not None), None)
    if wanted is None:
        return TypedIncident(incident_type=None, fields={})
    typed = typed_incident(wanted, await known_type(intake.log, wanted))
    if typed.warnings:
        logger.warning("incident_not_typed_as_ruled", rule=wanted.rule, warnings=typed.warnings)
    return typed


async def known_type(log: Log, wanted: TypedAs) -> IncidentType | None:
    """Return the type that a rule names, as it is now; None: there is none.

    Raises: LogUnavailable.
    """
    try:
        return await incident_type_with(log, wanted.incident_type_id)
    except IncidentTypeNotFound:
        return None
