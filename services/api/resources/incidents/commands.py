"""What people do to an incident: each POST is a fact-to-be, told as a noun."""

from typing import Annotated, Any, Final

from fastapi import Body, Response
from pydantic import Field

from events.incident.commands import (
    AcknowledgeIncident,
    AdvancePhase,
    CloseIncident,
    DeclineIncident,
    MitigateIncident,
    ReopenIncident,
    ResolveIncident,
)
from events.incident.noise import DeclineCategory
from events.incident.phases import Phase
from events.incident.severity.commands import ChangeSeverity, TriageIncident
from events.incident.status_updates.commands import PublishStatusUpdate
from events.incident.timestamps.commands import CorrectTimestamp
from events.incident.timestamps.names import Timestamp
from events.severity import Impact, Scope, Severity
from services.access.permissions import Permission
from services.api.commanding.incident_command import TheOrder
from services.api.commanding.receipts import Pending, Receipt
from services.api.http.formats import Choice, Instant, Line, Strict, Text
from services.api.http.guard import api_router, requires
from services.api.resources.incidents.children import open_children

router = api_router("incident commands")

COMMAND: Final[dict[str, Any]] = {
    "response_model": Receipt,
    "responses": {202: {"model": Pending, "description": "Kept: it will be carried out."}},
    "dependencies": [requires(Permission.INCIDENT_COMMAND)],
}
INCIDENT: Final = "/v1/incidents/{incident_id}"


type InPlace = Annotated[
    Text | None,
    Field(description="Why an admin does it in the commander's place."),
]


class Nothing(Strict):
    """A body without members; it may be left out."""


class Triage(Strict):
    """How bad it is, and for how many; the matrix gives the severity."""

    impact: Choice[Impact]
    scope: Choice[Scope]
    reason: InPlace = None


class SeverityChange(Strict):
    """A severity set by hand."""

    severity: Choice[Severity]
    reason: Text


class PhaseAdvance(Strict):
    """A later phase; a reason is needed where phases are skipped."""

    phase: Choice[Phase]
    reason: Text | None = None


class StatusUpdate(Strict):
    """Where things stand, for the people inside."""

    impact: Text
    current_actions: Text
    next_update_at: Instant | None = None


class Summary(Strict):
    """What was done."""

    summary: Text


class Resolution(Strict):
    """What fixed the cause, and why parts of the incident may stay open."""

    summary: Text
    reason: InPlace = None
    open_children_reason: Annotated[
        Text | None, Field(description="Needed while incidents that are parts of it are open.")
    ] = None


class Closure(Strict):
    """Why there is no postmortem, where there is none."""

    reason: Annotated[
        Text | None,
        Field(description="Needed without a postmortem, and in the commander's place."),
    ] = None


class Reopening(Strict):
    """An earlier phase to go back to."""

    phase: Choice[Phase]
    reason: Text


class FalseAlarm(Strict):
    """Why it was none."""

    reason: Line
    category: Annotated[
        Choice[DeclineCategory],
        Field(description="What it was instead: noise is counted by it."),
    ] = DeclineCategory.FALSE_ALARM


class TimeCorrection(Strict):
    """When it really was, and how one knows."""

    happened_at: Instant
    reason: Text


type NoBody = Annotated[Nothing | None, Body()]
type MaybeClosure = Annotated[Closure | None, Body()]


@router.post(f"{INCIDENT}/acknowledgement", **COMMAND)
async def acknowledge(order: TheOrder, _: NoBody = None) -> Response:
    """Take the incident, so that escalation stops."""
    return await order.give(AcknowledgeIncident(actor=order.actor, at=order.at))


@router.post(f"{INCIDENT}/triage", **COMMAND)
async def triage(order: TheOrder, body: Triage) -> Response:
    """Judge impact and scope; the severity follows from the matrix."""
    command = TriageIncident(
        impact=body.impact,
        scope=body.scope,
        actor=order.actor,
        at=order.at,
        reason=body.reason,
    )
    return await order.give(command)


@router.post(f"{INCIDENT}/severity", **COMMAND)
async def change_severity(order: TheOrder, body: SeverityChange) -> Response:
    """Set the severity by hand."""
    command = ChangeSeverity(
        severity=body.severity, reason=body.reason, actor=order.actor, at=order.at
    )
    return await order.give(command)


@router.post(f"{INCIDENT}/phase", **COMMAND)
async def advance_phase(order: TheOrder, body: PhaseAdvance) -> Response:
    """Go on to a later phase."""
    command = AdvancePhase(phase=body.phase, reason=body.reason, actor=order.actor, at=order.at)
    return await order.give(command)


@router.post(f"{INCIDENT}/status-updates", **COMMAND)
async def publish_status_update(order: TheOrder, body: StatusUpdate) -> Response:
    """Tell the people inside where things stand."""
    command = PublishStatusUpdate(
        impact=body.impact,
        current_actions=body.current_actions,
        next_update_at=body.next_update_at,
        actor=order.actor,
        at=order.at,
    )
    return await order.give(command)


@router.post(f"{INCIDENT}/mitigation", **COMMAND)
async def mitigate(order: TheOrder, body: Summary) -> Response:
    """Say that the impact has stopped, and what stopped it."""
    return await order.give(MitigateIncident(summary=body.summary, actor=order.actor, at=order.at))


@router.post(f"{INCIDENT}/resolution", **COMMAND)
async def resolve(order: TheOrder, body: Resolution) -> Response:
    """Declare the incident resolved: the commander's word."""
    command = ResolveIncident(
        summary=body.summary,
        actor=order.actor,
        at=order.at,
        open_children=await open_children(order.dependencies.log, order.incident_id),
        open_children_reason=body.open_children_reason,
        reason=body.reason,
    )
    return await order.give(command)


@router.post(f"{INCIDENT}/reopening", **COMMAND)
async def reopen(order: TheOrder, body: Reopening) -> Response:
    """Go back to an earlier phase, because it was not over."""
    command = ReopenIncident(phase=body.phase, reason=body.reason, actor=order.actor, at=order.at)
    return await order.give(command)


@router.post(f"{INCIDENT}/decline", **COMMAND)
async def decline(order: TheOrder, body: FalseAlarm) -> Response:
    """Decline the incident: it was a false alarm, a test, a duplicate, or nothing to act on."""
    command = DeclineIncident(
        reason=body.reason, category=body.category, actor=order.actor, at=order.at
    )
    return await order.give(command)


@router.post(f"{INCIDENT}/timestamps/{{timestamp}}", **COMMAND)
async def correct_time(order: TheOrder, timestamp: Timestamp, body: TimeCorrection) -> Response:
    """Correct when something happened; what was said before is kept beside it."""
    command = CorrectTimestamp(
        name=timestamp,
        happened_at=body.happened_at,
        reason=body.reason,
        actor=order.actor,
        at=order.at,
    )
    return await order.give(command)


@router.post(f"{INCIDENT}/closure", **COMMAND)
async def close(order: TheOrder, body: MaybeClosure = None) -> Response:
    """End the incident for good."""
    reason = body.reason if body else None
    return await order.give(CloseIncident(actor=order.actor, at=order.at, reason=reason))
