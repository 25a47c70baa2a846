"""Histories of single incidents, told event by event, and folded in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from events.ids import EscalationPolicyId, IncidentId, ServiceId, TeamId, incident_stream
from events.incident import events as incident
from events.incident.modes import Mode
from events.incident.noise import DeclineCategory
from events.incident.pages import events as pages
from events.incident.phases import Phase
from events.incident.privacy.events import IncidentPrivacyChanged
from events.incident.relations.events import IncidentMerged, ParentLinked, ParentUnlinked
from events.incident.severity.events import IncidentSeverityChanged
from events.incident.timestamps.events import IncidentTimestampCorrected
from events.incident.timestamps.names import Timestamp
from events.log.recorded import Recorded
from events.page.plan import PageTarget
from events.page.purpose import Purpose
from events.response_policy.policy import DEFAULT, CapturedPolicy
from events.service.events import ServiceDefined
from events.values.severity import Severity
from projections.metrics.facts import FACTS, FactsRow, project
from projections.past import Folding
from tests.projections.stories import AT_THE_DESK, at

CHECKOUT, SEARCH = ServiceId("checkout"), ServiceId("search")
POLICY = EscalationPolicyId("on-call")
TARGET = PageTarget(escalation_policy_id=POLICY)
GREATER = IncidentId(UUID(int=999))


def service(service_id: ServiceId, team: str | None = None, minute: float = -10_000) -> Any:
    """Return the definition of a service."""
    return ServiceDefined(
        service_id=service_id,
        name=service_id.capitalize(),
        escalation_policy_id=POLICY,
        deadlines=(),
        team_id=None if team is None else TeamId(team),
        defined_by="responder:ana",
        defined_at=at(minute),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What happens to one incident; all times are minutes."""

    number: int = 1
    by: str = "responder:ana"

    @property
    def incident_id(self) -> IncidentId:
        return IncidentId(UUID(int=self.number))

    def declared(
        self,
        minute: float = 0,
        severity: Severity | None = Severity.SEV2,
        *,
        began: float | None = None,
        detected: float | None = None,
        service_id: ServiceId | None = CHECKOUT,
        mode: Mode = Mode.REAL,
        by: str = "responder:ana",
        captured: bool = True,
    ) -> incident.IncidentDeclared:
        past = mode is Mode.BACKFILLED
        return incident.IncidentDeclared(
            incident_id=self.incident_id,
            reference=f"INC-{self.number}",
            title="Checkout fails",
            summary="",
            service_id=service_id,
            severity=severity,
            escalation_policy_id=None if past else POLICY,
            deadlines=(),
            declared_by=by,
            declared_at=at(minute),
            mode=mode,
            began_at=None if began is None else at(began),
            detected_at=None if detected is None else at(detected),
            policy=CapturedPolicy(number=0, policy=DEFAULT) if captured and not past else None,
        )

    def acknowledged(self, minute: float) -> incident.IncidentAcknowledged:
        return incident.IncidentAcknowledged(
            incident_id=self.incident_id, acknowledged_by=self.by, acknowledged_at=at(minute)
        )

    def mitigated(self, minute: float) -> incident.IncidentMitigated:
        return incident.IncidentMitigated(
            incident_id=self.incident_id, summary="", mitigated_by=self.by, mitigated_at=at(minute)
        )

    def resolved(self, minute: float) -> incident.IncidentResolved:
        return incident.IncidentResolved(
            incident_id=self.incident_id, summary="", resolved_by=self.by, resolved_at=at(minute)
        )

    def reopened(self, minute: float, phase: Phase = Phase.RESPONSE) -> incident.IncidentReopened:
        return incident.IncidentReopened(
            incident_id=self.incident_id,
            phase=phase,
            previous_phase=Phase.RESOLUTION,
            reason="It is back",
            reopened_by=self.by,
            reopened_at=at(minute),
        )

    def declined(self, minute: float) -> incident.IncidentDeclined:
        return incident.IncidentDeclined(
            incident_id=self.incident_id,
            reason="Nothing was wrong",
            declined_by=self.by,
            declined_at=at(minute),
            category=DeclineCategory.FALSE_ALARM,
        )

    def merged(self, minute: float) -> IncidentMerged:
        return IncidentMerged(
            incident_id=self.incident_id,
            into_incident_id=GREATER,
            into_reference="INC-999",
            reason="The same",
            merged_by=self.by,
            merged_at=at(minute),
        )

    def part(self, minute: float) -> ParentLinked:
        return ParentLinked(
            incident_id=self.incident_id,
            parent_incident_id=GREATER,
            parent_reference="INC-999",
            linked_by=self.by,
            linked_at=at(minute),
        )

    def apart(self, minute: float) -> ParentUnlinked:
        return ParentUnlinked(
            incident_id=self.incident_id,
            number=1,
            parent_incident_id=GREATER,
            parent_reference="INC-999",
            unlinked_by=self.by,
            unlinked_at=at(minute),
        )

    def closed(self, minute: float) -> incident.IncidentClosed:
        return incident.IncidentClosed(
            incident_id=self.incident_id, closed_by=self.by, closed_at=at(minute)
        )

    def severity(self, minute: float, severity: Severity) -> IncidentSeverityChanged:
        return IncidentSeverityChanged(
            incident_id=self.incident_id,
            severity=severity,
            previous_severity=None,
            reason="It is worse",
            changed_by=self.by,
            changed_at=at(minute),
        )

    def privacy(
        self, minute: float, *, private: bool = True, so_declared: bool = False
    ) -> IncidentPrivacyChanged:
        return IncidentPrivacyChanged(
            incident_id=self.incident_id,
            private=private,
            members=(),
            reason=None if so_declared else "Customer data",
            changed_by=self.by,
            changed_at=at(minute),
        )

    def corrected(
        self, name: Timestamp, happened: float, minute: float = 500
    ) -> IncidentTimestampCorrected:
        return IncidentTimestampCorrected(
            incident_id=self.incident_id,
            name=name,
            previously_at=None,
            happened_at=at(happened),
            reason="Seen in the logs",
            corrected_by=self.by,
            corrected_at=at(minute),
        )

    def page(
        self,
        minute: float,
        not_before: float | None = None,
        *,
        number: int = 2,
        purpose: Purpose = Purpose.RESPONSE,
    ) -> pages.IncidentPageRequested:
        return pages.IncidentPageRequested(
            incident_id=self.incident_id,
            number=number,
            purpose=purpose,
            about="declared:1",
            ask="",
            target=TARGET,
            not_before=None if not_before is None else at(not_before),
            requested_by="tocsin",
            requested_at=at(minute),
        )

    def sent_now(self, minute: float, number: int = 2) -> pages.IncidentPageSentNow:
        return pages.IncidentPageSentNow(
            incident_id=self.incident_id,
            number=number,
            reason="",
            sent_now_by="tocsin",
            sent_now_at=at(minute),
        )

    def called_off(self, minute: float, number: int = 2) -> pages.IncidentPageCancelled:
        return pages.IncidentPageCancelled(
            incident_id=self.incident_id,
            number=number,
            reason="Its severity asks for something else",
            cancelled_by="tocsin",
            cancelled_at=at(minute),
        )


def recorded(events: Iterable[Any], first: int = 1) -> Iterator[Recorded[object]]:
    """Yield the events as a log would have them."""
    for position, event in enumerate(events, start=first):
        incident_id = getattr(event, "incident_id", None)
        yield Recorded(
            position=position,
            stream=f"service-{event.service_id}"
            if incident_id is None
            else incident_stream(incident_id),
            version=position,
            event_id=UUID(int=position),
            command_id=UUID(int=position),
            event=event,
            metadata=AT_THE_DESK,
            recorded_at=at(0),
            hash=b"",
        )


async def facts_of(*events: Any) -> list[FactsRow]:
    """Return the rows of some events, in the order of their declaration."""
    folding = Folding()
    await project(list(recorded(events)), folding)
    return sorted(folding.all_of(FACTS), key=lambda row: row.declared_position)
