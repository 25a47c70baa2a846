"""Incident commands: what people and timers may ask. Imperative, never stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from events.actor import Actor
from events.ids import EscalationPolicyId, IncidentId, PageId, ServiceId
from events.incident.acknowledgement.commands import AcknowledgementCommand
from events.incident.alerts.commands import JoinAlerts
from events.incident.backfill.commands import BackfillIncident
from events.incident.checklist.commands import ChecklistCommand
from events.incident.escalation.commands import EscalateIncident
from events.incident.fields.commands import FieldCommand
from events.incident.links.commands import LinkCommand
from events.incident.mitigation.commands import MitigationCommand
from events.incident.modes import Mode
from events.incident.noise import DeclineCategory
from events.incident.pages.commands import PageCommand
from events.incident.phases import Phase, PhaseDeadline
from events.incident.privacy.commands import PrivacyCommand
from events.incident.reassignment.commands import ReassignIncident
from events.incident.relations.commands import RelationCommand
from events.incident.roles.commands import RoleCommand
from events.incident.severity.commands import SeverityCommand
from events.incident.snooze.commands import SnoozeCommand
from events.incident.status_updates.commands import StatusUpdateCommand
from events.incident.timestamps.commands import CorrectTimestamp
from events.incident.watch.commands import NoticeUnfilledRoles
from events.incident.work_item.commands import WorkItemCommand
from events.response_policy.policy import CapturedPolicy
from events.values.custom_fields import IncidentType
from events.values.inputs import Derived, InPlace, Line, Says, Text
from events.values.links import Link
from events.values.severity import Severity


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
    """Acknowledge the incident: it is taken, and escalation stops."""

    actor: Actor
    at: datetime
    page_id: Annotated[PageId | None, Derived()] = None
    kind: Literal["acknowledge_incident"] = "acknowledge_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvancePhase:
    """Go on to a later phase; skipping one needs a reason."""

    phase: Phase
    actor: Actor
    at: datetime
    reason: Text | None = None
    kind: Literal["advance_phase"] = "advance_phase"


@dataclass(frozen=True, slots=True, kw_only=True)
class MitigateIncident:
    """Say that the impact has stopped, and what stopped it."""

    summary: Text
    actor: Actor
    at: datetime
    kind: Literal["mitigate_incident"] = "mitigate_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveIncident:
    """Declare the incident resolved: the incident commander's word."""

    summary: Annotated[Text, Says("What fixed the cause.")]
    actor: Actor
    at: datetime
    reason: InPlace = None
    # References, as the asker's side saw them.
    open_children: Annotated[tuple[str, ...], Derived()] = ()
    open_children_reason: Annotated[
        Text | None, Says("Why incidents that are children of it may stay open; needed then.")
    ] = None
    kind: Literal["resolve_incident"] = "resolve_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenIncident:
    """Go back to an earlier phase, because it was not over."""

    phase: Phase
    reason: Text
    actor: Actor
    at: datetime
    kind: Literal["reopen_incident"] = "reopen_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineIncident:
    """Decline the incident: it was a false alarm, a test, a duplicate, or nothing to act on."""

    reason: Line
    actor: Actor
    at: datetime
    category: Annotated[DeclineCategory, Says("What it was instead: noise is counted by it.")] = (
        DeclineCategory.FALSE_ALARM
    )
    kind: Literal["decline_incident"] = "decline_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseIncident:
    """End the incident for good."""

    actor: Actor
    at: datetime
    reason: Annotated[
        Text | None,
        Says("Needed without a postmortem, and in the place of the incident commander."),
    ] = None
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
    | EscalateIncident
    | FieldCommand
    | JoinAlerts
    | AcknowledgementCommand
    | LinkCommand
    | MitigationCommand
    | NoticeUnfilledRoles
    | PageCommand
    | PrivacyCommand
    | ReassignIncident
    | RelationCommand
    | RoleCommand
    | SeverityCommand
    | SnoozeCommand
    | StatusUpdateCommand
    | WorkItemCommand
)
