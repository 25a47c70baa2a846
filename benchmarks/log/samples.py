"""Sample event: what every contestant stores, a real one of about 300 bytes with metadata."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from events.decider import members_of
from events.ids import EscalationPolicyId, IncidentId, ServiceId, incident_stream
from events.incident.events import IncidentDeclared, IncidentEvent
from events.incident.phases import Phase, PhaseDeadline
from events.log.codec import codec_for, encode_metadata
from events.log.recorded import Append, EventData, Metadata
from events.values.severity import Severity

METADATA: Final = Metadata(
    principal="api_key:9f1c2ab34d5e6f70", on_behalf_of="alice", correlation_id="0af7651916cd43dd"
)
META: Final = encode_metadata(METADATA)
DIGEST: Final = sha256(b"POST /v1/incidents").digest()


def declared(incident_id: UUID) -> IncidentDeclared:
    """Return the event that opens an incident."""
    return IncidentDeclared(
        incident_id=IncidentId(incident_id),
        reference="INC-1042",
        title="Checkout answers 5xx in eu-west-1",
        summary="",
        service_id=ServiceId("checkout"),
        severity=Severity.SEV2,
        escalation_policy_id=EscalationPolicyId("payments"),
        deadlines=(PhaseDeadline(phase=Phase.RESPONSE, within=timedelta(minutes=5)),),
        declared_by="api_key:9f1c2ab34d5e6f70",
        declared_at=datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC),
    )


def encoded() -> EventData:
    """Return the event as the log keeps it."""
    return codec_for(members_of(IncidentEvent)).encode(declared(uuid4()))


EVENT: Final = encoded()  # once: every contestant is handed the same bytes


def append() -> Append:
    """Return a request to store the event as the first of a new stream."""
    return Append(
        stream=incident_stream(IncidentId(uuid4())),
        command_id=uuid4(),
        request_digest=DIGEST,
        expected_version=0,
        events=(EVENT,),
        metadata=METADATA,
    )
