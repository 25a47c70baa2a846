"""Incident declaration: the first event and the start of the workflow, in one transaction."""

from dataclasses import dataclass, replace
from uuid import UUID

from activities.payloads import begin_postmortem
from events.configuration.incident_type import IncidentTypeNotFound, incident_type_decider
from events.errors import ServiceNotFound
from events.handle import handle
from events.ids import (
    IncidentId,
    IncidentTypeId,
    ServiceId,
    incident_stream,
    incident_type_stream,
    response_policy_stream,
    service_stream,
)
from events.incident.backfill.commands import BackfillIncident
from events.incident.commands import DeclareIncident
from events.incident.decide import incident_decider
from events.incident.events import IncidentDeclared
from events.incident.state import Incident
from events.loading import load
from events.log.recorded import AppendResult, Metadata, OutboxEntry
from events.log.store import Log
from events.response_policy.decide import response_policy_decider
from events.response_policy.policy import CapturedPolicy
from events.response_policy.state import DefinedPolicy
from events.service.decide import service_decider
from events.service.state import Service
from events.values.custom_fields import IncidentType
from services.commanding.named import no_such
from workflows.ids import START_INCIDENT_WORKFLOW
from workflows.messages import IncidentInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The incident as it was declared, by this call or by an earlier one."""

    event: IncidentDeclared
    incident: Incident  # right after it was declared
    result: AppendResult
    duplicate: bool  # the first answer again


async def declare(
    log: Log,
    command: DeclareIncident | BackfillIncident,
    *,
    command_id: UUID,
    request_digest: bytes,
    metadata: Metadata,
) -> Declared:
    """Declare the incident once, under the next reference; the relay starts its workflow.

    Raises: IncidentAlreadyDeclared, what a past incident may be refused for, KeyReused,
    NotStorable, LogUnavailable, LogOverloaded.
    """
    incident_id = command.incident_id
    handled = await handle(
        log,
        incident_decider,
        incident_stream(incident_id),
        replace(command, reference=f"INC-{await log.next_reference()}"),
        command_id=command_id,
        request_digest=request_digest,
        metadata=metadata,
        outbox=_outbox_of(command),
    )
    event = next(one.event for one in handled.events if isinstance(one.event, IncidentDeclared))
    incident = incident_decider.fold(one.event for one in handled.events)
    return Declared(
        event=event, incident=incident, result=handled.result, duplicate=handled.duplicate
    )


def _outbox_of(command: DeclareIncident | BackfillIncident) -> tuple[OutboxEntry, ...]:
    begin = start_of_workflow(command.incident_id)
    if isinstance(command, BackfillIncident):  # it may be over already
        return begin, begin_postmortem(command.incident_id, "entered")
    return (begin,)


def start_of_workflow(incident_id: IncidentId) -> OutboxEntry:
    """Return what makes the relay start the incident's workflow, at most once."""
    return OutboxEntry(
        kind=START_INCIDENT_WORKFLOW,
        key=str(incident_id),
        body=IncidentInput(incident_id=incident_id).model_dump_json().encode(),
    )


async def policy_of(log: Log, service_id: ServiceId | None) -> CapturedPolicy:
    """Return the response policy that an incident of this service is declared under.

    Raises: LogUnavailable.
    """
    if service_id is None:
        return DefinedPolicy().captured
    defined, _ = await load(log, response_policy_decider, response_policy_stream(service_id))
    return defined.captured


async def service_with(log: Log, service_id: ServiceId) -> Service:
    """Return the service as it is now.

    Raises: ServiceNotFound, LogUnavailable.
    """
    service, version = await load(log, service_decider, service_stream(service_id))
    if not version:
        raise ServiceNotFound(no_such(service_stream(service_id)))
    return service


async def incident_type_with(log: Log, incident_type_id: IncidentTypeId) -> IncidentType:
    """Return the incident type as it is now.

    Raises: IncidentTypeNotFound, LogUnavailable.
    """
    stream = incident_type_stream(incident_type_id)
    defined, _ = await load(log, incident_type_decider, stream)
    if defined is None:
        raise IncidentTypeNotFound(no_such(stream))
    return IncidentType(
        incident_type_id=defined.incident_type_id, name=defined.name, fields=defined.fields
    )
