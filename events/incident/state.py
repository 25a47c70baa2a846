"""Incident state: what a decision needs to know, folded from the events."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from events.ids import EscalationPolicyId, IncidentId, ResponderId
from events.incident.acknowledgement.state import active_after
from events.incident.checklist.state import Checklist, checklist_after
from events.incident.description.events import IncidentDescribed
from events.incident.description.state import Description, description_after
from events.incident.events import (
    IncidentClosed,
    IncidentDeadlineMissed,
    IncidentDeclared,
    IncidentDeclined,
    IncidentEvent,
    IncidentMitigated,
    IncidentPhaseAdvanced,
    IncidentReopened,
    IncidentResolved,
)
from events.incident.fields.state import CustomFields, fields_after
from events.incident.links.state import links_after
from events.incident.mitigation.state import MitigationActions, actions_after
from events.incident.modes import Mode
from events.incident.noise import DeclineCategory
from events.incident.pages.state import RequestedPages, pages_after
from events.incident.phases import Phase, PhaseDeadline
from events.incident.privacy.events import IncidentMemberRemoved
from events.incident.privacy.state import OPEN, Privacy, privacy_after
from events.incident.reassignment.events import IncidentReassigned
from events.incident.reassignment.state import holder_after
from events.incident.relations.state import Relations, relations_after
from events.incident.roles.events import (
    ResponderJoined,
    RoleAssigned,
    RoleHandedOver,
    RoleUnassigned,
)
from events.incident.roles.state import Staffing, roles_after, staffing_after
from events.incident.severity.events import IncidentSeverityChanged, IncidentTriaged
from events.incident.snooze.state import Snooze, snooze_after
from events.incident.status_updates.events import StatusUpdatePublished
from events.incident.timestamps.names import Timestamps
from events.incident.timestamps.state import timestamps_after
from events.incident.watch.state import Watch, watch_after
from events.incident.work_item.state import WorkItem, work_item_after
from events.response_policy.policy import CapturedPolicy
from events.values.links import Link
from events.values.severity import Impact, Scope, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident as its rules see it; `incident_id` is None until it is declared."""

    incident_id: IncidentId | None = None
    reference: str = ""
    title: str = ""
    description: Description = field(default_factory=Description)
    links: tuple[Link, ...] = ()
    custom: CustomFields = field(default_factory=CustomFields)
    privacy: Privacy = OPEN
    service_id: str | None = None
    escalation_policy_id: EscalationPolicyId | None = None
    severity: Severity | None = None
    triaged: tuple[Impact, Scope] | None = None
    phase: Phase = Phase.DETECTION
    furthest: Phase = Phase.DETECTION  # ever reached: reopening does not unmake a deadline met
    declared_at: datetime | None = None
    deadlines: tuple[PhaseDeadline, ...] = ()
    missed: frozenset[Phase] = frozenset()
    acknowledged_by: str | None = None
    responders: frozenset[ResponderId] = frozenset()
    roles: dict[str, ResponderId] = field(default_factory=dict)
    staffing: Staffing = field(default_factory=Staffing)
    watch: Watch = field(default_factory=Watch)
    updates: int = 0
    updates_corrected: dict[int, int] = field(default_factory=dict)  # by which newer one
    mitigated: bool = False
    resolved: bool = False
    declined_as: DeclineCategory | None = None  # None: it is not declined
    closed: bool = False
    over_since: datetime | None = None  # when people said that it is over; None: it is not
    checklist: Checklist = field(default_factory=Checklist)
    actions: MitigationActions = ()  # against the impact, in the order they began
    mode: Mode = Mode.REAL
    timestamps: Timestamps = field(default_factory=Timestamps)
    policy: CapturedPolicy | None = None  # None: declared before there were policies
    relations: Relations = field(default_factory=Relations)
    pages: RequestedPages = ()
    work_item: WorkItem | None = None
    active_at: datetime | None = None  # the last sign of life of a person
    snooze: Snooze | None = None  # None: it is not snoozed

    @property
    def declined(self) -> bool:
        """Return whether it was said to be no incident."""
        return self.declined_as is not None

    @property
    def ended(self) -> bool:
        """Return whether no command may change the incident any more."""
        return self.closed or self.declined or self.relations.merged_into is not None

    @property
    def running_deadlines(self) -> tuple[PhaseDeadline, ...]:
        """Return the deadlines that can still be missed."""
        if self.ended or self.resolved:
            return ()
        return tuple(
            deadline
            for deadline in self.deadlines
            if deadline.phase.rank > self.furthest.rank and deadline.phase not in self.missed
        )


INITIAL = Incident()


def evolve(incident: Incident, event: IncidentEvent) -> Incident:
    """Return the incident after the event; never refuses."""
    return replace(
        _evolved(incident, event),
        description=description_after(incident.description, event),
        links=links_after(incident.links, event),
        custom=fields_after(incident.custom, event),
        privacy=privacy_after(incident.privacy, event),
        staffing=staffing_after(incident.staffing, event),
        checklist=checklist_after(incident.checklist, event),
        actions=actions_after(incident.actions, event),
        timestamps=timestamps_after(incident.timestamps, event),
        relations=relations_after(incident.relations, event),
        pages=pages_after(incident.pages, event),
        work_item=work_item_after(incident.work_item, event),
        watch=watch_after(incident.watch, event),
        snooze=snooze_after(incident.snooze, event),
        active_at=active_after(incident.active_at, event),
        acknowledged_by=holder_after(incident.acknowledged_by, event),
    )


def _evolved(incident: Incident, event: IncidentEvent) -> Incident:
    match event:
        case IncidentDeclared():
            return _declared(event)
        case IncidentDescribed():
            return replace(incident, title=event.title)
        case IncidentTriaged():
            triaged = (event.impact, event.scope)
            return replace(incident, severity=event.severity, triaged=triaged)
        case IncidentSeverityChanged():
            return replace(incident, severity=event.severity)
        case IncidentPhaseAdvanced():
            furthest = max(incident.furthest, event.phase, key=lambda phase: phase.rank)
            return replace(incident, phase=event.phase, furthest=furthest)
        case IncidentDeadlineMissed():
            return replace(incident, missed=incident.missed | {event.phase})
        case ResponderJoined():
            return replace(incident, responders=incident.responders | {event.responder_id})
        case IncidentMemberRemoved():  # to work on it again they have to be brought in again
            return replace(incident, responders=incident.responders - {event.responder_id})
        case RoleAssigned() | RoleHandedOver() | RoleUnassigned():
            return replace(incident, roles=roles_after(incident.roles, event))
        case StatusUpdatePublished():
            return _informed(incident, event)
        case IncidentMitigated():
            return replace(incident, mitigated=True)
        case IncidentResolved():
            return replace(incident, resolved=True, over_since=event.resolved_at)
        case IncidentReopened():
            return _reopened(incident, event)
        case IncidentDeclined():
            return replace(incident, declined_as=event.category, over_since=event.declined_at)
        case IncidentClosed():
            return replace(incident, closed=True)
        case IncidentReassigned(escalation_policy_id=str() as policy_id):
            return replace(incident, escalation_policy_id=policy_id)
        case _:  # a facet's own event: the facet follows it
            return incident


def _declared(event: IncidentDeclared) -> Incident:
    return Incident(
        incident_id=event.incident_id,
        reference=event.reference,
        title=event.title,
        service_id=event.service_id,
        escalation_policy_id=event.escalation_policy_id,
        severity=event.severity,
        declared_at=event.declared_at,
        deadlines=event.deadlines,
        mode=event.mode,
        policy=event.policy,
    )


def _informed(incident: Incident, event: StatusUpdatePublished) -> Incident:
    corrected = incident.updates_corrected
    if event.corrects is not None:
        corrected = {**corrected, event.corrects: event.number}
    return replace(incident, updates=event.number, updates_corrected=corrected)


def _reopened(incident: Incident, event: IncidentReopened) -> Incident:
    still_mitigated = incident.mitigated and event.phase.rank > Phase.MITIGATION.rank
    return replace(
        incident, phase=event.phase, mitigated=still_mitigated, resolved=False, over_since=None
    )
