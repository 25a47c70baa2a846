"""Incident events: what can happen. Names and fields are a storage format: add, never rename."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from events.ids import EscalationPolicyId, IncidentId, PageId, ServiceId
from events.incident.acknowledgement.events import AcknowledgementEvent
from events.incident.checklist.events import ChecklistEvent
from events.incident.description.events import IncidentDescribed
from events.incident.fields.events import FieldEvent
from events.incident.links.events import LinkEvent
from events.incident.mitigation.events import MitigationEvent
from events.incident.modes import Mode
from events.incident.noise import DeclineCategory
from events.incident.pages.events import IncidentPageEvent
from events.incident.phases import Phase, PhaseDeadline
from events.incident.privacy.events import PrivacyEvent
from events.incident.reassignment.events import IncidentReassigned
from events.incident.relations.events import RelationEvent
from events.incident.roles.events import RoleEvent
from events.incident.severity.events import SeverityEvent
from events.incident.snooze.events import SnoozeEvent
from events.incident.status_updates.events import StatusUpdateEvent
from events.incident.timestamps.events import IncidentTimestampCorrected
from events.incident.watch.events import RoleUnfilled
from events.incident.work_item.events import WorkItemEvent
from events.response_policy.policy import CapturedPolicy
from events.values.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDeclared:
    """Somebody, or an alert, opened the incident."""

    incident_id: IncidentId
    reference: str  # what people say aloud: INC-1042
    title: str
    summary: str
    service_id: ServiceId | None
    severity: Severity | None  # None until somebody can tell
    escalation_policy_id: EscalationPolicyId | None  # None: nobody is paged
    deadlines: tuple[PhaseDeadline, ...]
    declared_by: str
    declared_at: datetime
    mode: Mode = Mode.REAL
    began_at: datetime | None = None  # the impact, where somebody or a monitor said so
    detected_at: datetime | None = None  # None: when it was declared
    policy: CapturedPolicy | None = None  # None: declared before there were policies
    schema_version: ClassVar[int] = 2
    type: Literal["incident.declared"] = "incident.declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAcknowledged:
    """A responder took the incident, so escalation stops."""

    incident_id: IncidentId
    acknowledged_by: str
    acknowledged_at: datetime
    page_id: PageId | None = None  # the page that was answered, if it was a page
    type: Literal["incident.acknowledged"] = "incident.acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPhaseAdvanced:
    """The incident went on to a later phase."""

    incident_id: IncidentId
    phase: Phase
    previous_phase: Phase
    reason: str | None  # always there when a phase was skipped
    advanced_by: str
    advanced_at: datetime
    type: Literal["incident.phase_advanced"] = "incident.phase_advanced"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDeadlineMissed:
    """A phase was not reached in the time the policy gives."""

    incident_id: IncidentId
    phase: Phase
    due_at: datetime
    missed_at: datetime
    type: Literal["incident.deadline_missed"] = "incident.deadline_missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMitigated:
    """The impact stopped; the cause may still be there."""

    incident_id: IncidentId
    summary: str
    mitigated_by: str
    mitigated_at: datetime
    type: Literal["incident.mitigated"] = "incident.mitigated"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentResolved:
    """The incident commander declared it resolved: cause fixed, service normal."""

    incident_id: IncidentId
    summary: str
    resolved_by: str
    resolved_at: datetime
    type: Literal["incident.resolved"] = "incident.resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReopened:
    """It was not over: the incident went back to an earlier phase."""

    incident_id: IncidentId
    phase: Phase
    previous_phase: Phase
    reason: str
    reopened_by: str
    reopened_at: datetime
    type: Literal["incident.reopened"] = "incident.reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDeclined:
    """It is no incident, but what its category says."""

    incident_id: IncidentId
    reason: str
    declined_by: str
    declined_at: datetime
    category: DeclineCategory = DeclineCategory.FALSE_ALARM
    type: Literal["incident.declined"] = "incident.declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed:
    """Nothing is left to do; the incident cannot be reopened any more."""

    incident_id: IncidentId
    closed_by: str
    closed_at: datetime
    reason: str | None = None  # why there is no postmortem; always there when there is none
    type: Literal["incident.closed"] = "incident.closed"


type IncidentEvent = (
    IncidentDeclared
    | FieldEvent
    | LinkEvent
    | PrivacyEvent
    | IncidentAcknowledged
    | AcknowledgementEvent
    | SeverityEvent
    | IncidentPhaseAdvanced
    | IncidentDeadlineMissed
    | RoleEvent
    | RoleUnfilled
    | StatusUpdateEvent
    | IncidentMitigated
    | IncidentResolved
    | IncidentReopened
    | IncidentDeclined
    | IncidentClosed
    | ChecklistEvent
    | MitigationEvent
    | IncidentPageEvent
    | SnoozeEvent
    | IncidentReassigned
    | WorkItemEvent
    | IncidentTimestampCorrected
    | IncidentDescribed
    | RelationEvent
)
