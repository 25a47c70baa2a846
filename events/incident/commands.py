"""Incident commands: what people and timers may ask. Imperative, never stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.custom_fields import IncidentType
from events.ids import EscalationPolicyId, IncidentId, PageId, ServiceId
from events.incident.alerts.commands import JoinAlerts
from events.incident.backfill.commands import BackfillIncident
from events.incident.checklist.commands import ChecklistCommand
from events.incident.fields.commands import FieldCommand
from events.incident.links.commands import LinkCommand
from events.incident.mitigation.commands import MitigationCommand
from events.incident.modes import Mode
from events.incident.noise import DeclineCategory
from events.incident.pages.commands import PageCommand
from events.incident.phases import Phase, PhaseDeadline
from events.incident.privacy.commands import PrivacyCommand
from events.incident.relations.commands import RelationCommand
from events.incident.roles.commands import RoleCommand
from events.incident.severity.commands import SeverityCommand
from events.incident.status_updates.commands import StatusUpdateCommand
from events.incident.timestamps.commands import CorrectTimestamp
from events.incident.watch.commands import NoticeUnfilledRoles
from events.incident.work_item.commands import WorkItemCommand
from events.links import Link
from events.response_policy.policy import CapturedPolicy
from events.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareIncident:
    """Open an incident."""

    incident_id: IncidentId
    reference: str = ""  # the next one of the log, as it is declared
    title: str
    summary: str
    service_id: ServiceId | None
    severity: Severity | None
    escalation_policy_id: EscalationPolicyId | None
    deadlines: tuple[PhaseDeadline, ...]
    actor: Actor
    at: datetime
    private: bool = False
    mode: Mode = Mode.REAL
    began_at: datetime | None = None  # the impact, where a monitor says so
    policy: CapturedPolicy | None = None
    incident_type: IncidentType | None = None
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    links: tuple[Link, ...] = ()  # that its service's incidents begin with
    kind: Literal["declare_incident"] = "declare_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeIncident:
    """Take the incident, so that escalation stops."""

    actor: Actor
    at: datetime
    page_id: PageId | None = None
    kind: Literal["acknowledge_incident"] = "acknowledge_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvancePhase:
    """Go on to a later phase; skipping one needs a reason."""

    phase: Phase
    reason: str | None
    actor: Actor
    at: datetime
    kind: Literal["advance_phase"] = "advance_phase"


@dataclass(frozen=True, slots=True, kw_only=True)
class MitigateIncident:
    """Say that the impact has stopped."""

    summary: str
    actor: Actor
    at: datetime
    kind: Literal["mitigate_incident"] = "mitigate_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveIncident:
    """Declare the incident resolved."""

    summary: str
    actor: Actor
    at: datetime
    reason: str | None = None  # why it is not the incident commander who says so
    open_children: tuple[str, ...] = ()  # references, as the asker's side saw them
    open_children_reason: str | None = None  # why they may stay so
    kind: Literal["resolve_incident"] = "resolve_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenIncident:
    """Go back to an earlier phase, because it was not over."""

    phase: Phase
    reason: str
    actor: Actor
    at: datetime
    kind: Literal["reopen_incident"] = "reopen_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineIncident:
    """Say that it is no incident, and what it was instead."""

    reason: str
    actor: Actor
    at: datetime
    category: DeclineCategory = DeclineCategory.FALSE_ALARM
    kind: Literal["decline_incident"] = "decline_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseIncident:
    """End the incident for good."""

    actor: Actor
    at: datetime
    reason: str | None = None  # why without a postmortem, or in the incident commander's place
    kind: Literal["close_incident"] = "close_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissDeadline:
    """Record that a phase was not reached in time; given by the workflow's timer."""

    phase: Phase
    actor: Actor
    at: datetime
    kind: Literal["miss_deadline"] = "miss_deadline"


type IncidentCommand = (
    DeclareIncident
    | AcknowledgeIncident
    | AdvancePhase
    | MitigateIncident
    | ResolveIncident
    | ReopenIncident
    | DeclineIncident
    | CloseIncident
    | MissDeadline
    | BackfillIncident
    | ChecklistCommand
    | CorrectTimestamp
    | FieldCommand
    | JoinAlerts
    | LinkCommand
    | MitigationCommand
    | NoticeUnfilledRoles
    | PageCommand
    | PrivacyCommand
    | RelationCommand
    | RoleCommand
    | SeverityCommand
    | StatusUpdateCommand
    | WorkItemCommand
)
