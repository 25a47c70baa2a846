"""Incident views: incidents as the API shows them."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from events.alert.events import AlertEnding
from events.incident.noise import DeclineCategory
from events.incident.phases import Phase
from events.incident.timestamps.names import Timestamp
from events.routing.holding import HoldReason
from events.values.severity import Impact, Scope, Severity
from projections.incidents.alerts import AlertState
from projections.incidents.board import BoardRow
from projections.incidents.detail import (
    MOST_ALERTS,
    IncidentDetail,
)
from projections.incidents.facets.deadlines import DeadlineState
from projections.incidents.facets.responder_requests import RequestState
from projections.paging.delivery_log import DeliveryState
from services.api.http.formats import Names, View
from services.api.views.changes import LinkView
from services.api.views.checklist import ChecklistSummary, MitigationActionView, summary_of
from services.api.views.fields import IncidentFieldView, fields_of
from services.api.views.paging.page import PageView
from services.api.views.rows import shows

ENDING: Final = (
    "Why it is over: its sender `reported` it, or the end that its sender declared passed without a"
    " repeat (`expired`), or nothing was heard of it for as long as its service says"
    " (`auto_resolved`)."
)


@shows(BoardRow, "reminders", "response_page", "field_values", "declared_position")
class IncidentView(View):
    """One incident on the board."""

    reference: Annotated[str, Field(examples=["INC-1042"])]
    paged_from: Annotated[
        datetime | None, Field(description="When the page goes out that waits for its time.")
    ]
    acknowledged_by: Annotated[str | None, Field(description="Who answered first.")]
    held_by: Annotated[str | None, Field(description="Who has it now; null: nobody.")]
    snoozed_until: Annotated[
        datetime | None, Field(description="Nobody is paged for it until then.")
    ]
    next_update_at: Annotated[
        datetime | None, Field(description="When the next status update is promised.")
    ]
    detected_at: Annotated[datetime | None, Field(description="Null: when it was declared.")]
    merged_into: Annotated[UUID | None, Field(description="The incident that goes on.")]
    recorded_at: Annotated[datetime, Field(description="When the declaration was recorded.")]


class IncidentList(View):
    """A page of the board, newest incident first."""

    incidents: list[IncidentView]
    names: Names
    next_cursor: str | None


class ParticipantView(View):
    """Somebody who is part of the response."""

    responder_id: str
    added_by: str
    joined_at: datetime


class RunningDeadlineView(View):
    """A phase that must be reached in time."""

    phase: Phase
    due_at: datetime
    state: DeadlineState
    reached_at: datetime | None


class PhaseTimestampView(View):
    """When the incident came into a phase."""

    phase: Phase
    reached_at: datetime


class StatusUpdateView(View):
    """Newest internal status update."""

    number: int
    severity: Severity | None
    phase: Phase
    impact: str
    current_actions: str
    next_update_at: datetime | None
    published_by: str
    published_at: datetime


class ResponderRequestView(View):
    """Request for help: one page to a person or an escalation policy, and its answer."""

    number: Annotated[int, Field(description="Of the page: it is accepted or declined by it.")]
    ask: str
    responder_id: Annotated[str | None, Field(description="Null: whoever the policy reaches.")]
    escalation_policy_id: str | None
    state: RequestState
    requested_by: str
    requested_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    reason: Annotated[str | None, Field(description="Why it was declined or cancelled.")]


class HoldView(View):
    """Why an alert is, or was, held back from any incident."""

    reason: HoldReason
    by: Annotated[str, Field(description="The rule's name, or the maintenance window's.")]
    owner: Annotated[str, Field(description="The list that the rule is in, or the window.")]
    since: datetime
    until: Annotated[
        datetime | None,
        Field(description="When it is decided anew; null: by its next message, or a window's end."),
    ]


class AppliedRuleView(View):
    """A routing rule that had a say in an alert, and on what."""

    routing_rules_id: Annotated[str, Field(description="The list that it stands in.")]
    number: Annotated[int, Field(description="Of the list's versions, as in its ETag.")]
    rule: str
    said: Annotated[
        tuple[str, ...],
        Field(description="title, severity, service, escalation_policy, grouping, suppress ..."),
    ]


class IncidentAlertView(View):
    """The newest occurrence of an alert in the incident."""

    alert_id: UUID
    title: str
    started_at: datetime
    ended_at: datetime | None
    ending: Annotated[AlertEnding | None, Field(description=ENDING)]
    moved_to: Annotated[
        UUID | None, Field(description="Where it fires on: this one was merged or is over.")
    ]
    held_at: Annotated[
        datetime | None,
        Field(description="Since when it fires on without an incident: this one is over."),
    ]
    applied: Annotated[
        tuple[AppliedRuleView, ...],
        Field(description="Routing rules that had a say: why it is here, and as bad as it is."),
    ]


class FlappingView(View):
    """How an alert opens again and again: three times within an hour, or more often."""

    since: Annotated[datetime, Field(description="Its first opening.")]
    until: Annotated[datetime, Field(description="Its last one.")]
    openings: int
    goes_on: Annotated[
        bool | None,
        Field(description="It opened within the last hour; null: as of the past, not known."),
    ]
    pages: Annotated[
        int | None,
        Field(
            description="Messages that people got meanwhile for the incidents it called for; null:"
            " as of the past, not known."
        ),
    ]


class AlertView(View):
    """An alert and its newest occurrence."""

    alert_id: UUID
    integration_id: str
    dedup_key: str
    state: Annotated[
        AlertState, Field(description="Held: it fires, and is held back from any incident.")
    ]
    title: str
    labels: dict[str, str]
    annotations: dict[str, str]
    source_url: str | None
    started_at: datetime
    ended_at: datetime | None
    triggered_at: datetime
    resolved_at: datetime | None
    ending: Annotated[AlertEnding | None, Field(description=ENDING)]
    occurrences: int
    applied: Annotated[
        tuple[AppliedRuleView, ...],
        Field(description="Routing rules that had a say in its newest occurrence: why it pages."),
    ]
    hold: Annotated[
        HoldView | None, Field(description="Why its newest occurrence is, or was, held back.")
    ]
    released_by: Annotated[
        str | None, Field(description="Who let it through; null: nobody had to, or did.")
    ]
    released_at: datetime | None
    flapping: Annotated[
        FlappingView | None, Field(description="Null: its last opening was none of several.")
    ]


class AlertList(View):
    """A page of alerts, newest first."""

    alerts: list[AlertView]
    next_cursor: str | None


class CorrectionView(View):
    """Corrected timestamp, with the earlier value."""

    timestamp: Timestamp
    previously_at: datetime | None
    happened_at: datetime
    reason: str
    corrected_by: str
    corrected_at: datetime


class RelativeView(View):
    """Related incident, and since when."""

    incident_id: UUID
    reference: str
    since: datetime
    by: str
    reason: str | None


class RelativesView(View):
    """Related incidents: parent, children and merges."""

    merged_into: RelativeView | None
    merged: Annotated[list[RelativeView], Field(description="Duplicates that it took over.")]
    parent: RelativeView | None
    children: list[RelativeView]


class StormView(View):
    """The alert storm whose alerts the incident takes; `alerts` lists the first of them."""

    integration_id: str
    above: Annotated[int, Field(description="Incidents within a minute.")]
    detected_at: datetime
    calmed_at: Annotated[datetime | None, Field(description="Null: it goes on.")]
    alerts: Annotated[int, Field(description="That came since.")]


class IncidentDetailView(IncidentView):
    """One incident with everything around it, all true at one position."""

    impact: Impact | None
    scope: Scope | None
    phases: list[PhaseTimestampView]
    responders: list[ParticipantView]
    role_offers: Annotated[dict[str, str], Field(description="To whom a role is offered.")]
    deadlines: list[RunningDeadlineView]
    links: list[LinkView]
    storm: StormView | None
    fields: Annotated[list[IncidentFieldView], Field(description="As its type asks for.")]
    members: Annotated[list[str], Field(description="Who knows of it while it is private.")]
    status_update: StatusUpdateView | None
    pages: list[PageView]
    responder_requests: list[ResponderRequestView]
    alerts: Annotated[
        list[IncidentAlertView],
        Field(description=f"The first {MOST_ALERTS}; all of them: `/v1/incidents/{{id}}/alerts`."),
    ]
    mitigation_summary: str | None
    resolution_summary: str | None
    decline_reason: str | None
    checklist: ChecklistSummary
    mitigation_actions: list[MitigationActionView]
    decline_category: DeclineCategory | None
    corrections: list[CorrectionView]
    relations: RelativesView


class NamedIncidentView(IncidentDetailView):
    """One incident with everything around it, and with names, as they are now."""

    names: Names


class DeliveryView(View):
    """One message to one responder; never the address itself."""

    delivery_id: UUID
    kind: Annotated[
        str, Field(description="page, status_update, notice, reminder, verification_code")
    ]
    about: Annotated[str, Field(description="Which of its kind: a page's id, a number.")]
    incident_id: UUID | None
    page_id: UUID | None
    responder_id: str
    channel: str
    address: Annotated[int, Field(description="Which contact method; the first one is 0.")]
    round: int | None
    level: int | None
    repeat: Annotated[int, Field(description="By the person's notification rules.")]
    not_before: Annotated[datetime | None, Field(description="It waits until then.")]
    state: DeliveryState
    attempts: int
    provider_id: str | None
    bundled_with: Annotated[
        UUID | None,
        Field(description="The message that told it, where it was sent together with others."),
    ]
    error: str | None
    intended_at: datetime
    delayed_since: Annotated[
        datetime | None,
        Field(description="When it was first known that it could not be sent at once."),
    ]
    finished_at: datetime | None


class PagesView(View):
    """The incident's pages, and a part of their messages, newest first."""

    pages: list[PageView]
    deliveries: list[DeliveryView]
    next_cursor: str | None


def detail_view(detail: IncidentDetail) -> IncidentDetailView:
    """Return the incident with everything around it."""
    board = IncidentView.model_validate(detail.board)
    around = {name: getattr(detail.row, name) for name in AROUND}
    checklist = summary_of(detail.row.checklist, detail.board.phase)
    return IncidentDetailView.model_validate(
        {
            **board.model_dump(),
            **around,
            "alerts": detail.alerts,
            "checklist": checklist,
            "fields": fields_of(detail.row.custom),
        },
        from_attributes=True,
    )


AROUND = tuple(
    name
    for name in IncidentDetailView.model_fields
    if name not in IncidentView.model_fields and name not in {"alerts", "checklist", "fields"}
)
