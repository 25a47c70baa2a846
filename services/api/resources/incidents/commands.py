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
from services.api.http.formats import Choice, Instant, Line, Strict, Text
from services.api.http.guard import api_router, requires
from services.api.resources.incidents.children import open_children
from services.api.writing.commands import TheCommands
from services.api.writing.receipts import Pending, Receipt

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
async def acknowledge(commands: TheCommands, _: NoBody = None) -> Response:
    """Take the incident, so that escalation stops."""
    return await commands.give(AcknowledgeIncident(actor=commands.actor, at=commands.at))


@router.post(f"{INCIDENT}/triage", **COMMAND)
async def triage(commands: TheCommands, body: Triage) -> Response:
    """Judge impact and scope; the severity follows from the matrix."""
    command = TriageIncident(
        impact=body.impact,
        scope=body.scope,
        actor=commands.actor,
        at=commands.at,
        reason=body.reason,
    )
    return await commands.give(command)


@router.post(f"{INCIDENT}/severity", **COMMAND)
async def change_severity(commands: TheCommands, body: SeverityChange) -> Response:
    """Set the severity by hand."""
    command = ChangeSeverity(
        severity=body.severity, reason=body.reason, actor=commands.actor, at=commands.at
    )
    return await commands.give(command)


@router.post(f"{INCIDENT}/phase", **COMMAND)
async def advance_phase(commands: TheCommands, body: PhaseAdvance) -> Response:
    """Go on to a later phase."""
    command = AdvancePhase(
        phase=body.phase, reason=body.reason, actor=commands.actor, at=commands.at
    )
    return await commands.give(command)


@router.post(f"{INCIDENT}/status-updates", **COMMAND)
async def publish_status_update(commands: TheCommands, body: StatusUpdate) -> Response:
    """Tell the people inside where things stand."""
    command = PublishStatusUpdate(
        impact=body.impact,
        current_actions=body.current_actions,
        next_update_at=body.next_update_at,
        actor=commands.actor,
        at=commands.at,
    )
    return await commands.give(command)


@router.post(f"{INCIDENT}/mitigation", **COMMAND)
async def mitigate(commands: TheCommands, body: Summary) -> Response:
    """Say that the impact has stopped, and what stopped it."""
    return await commands.give(
        MitigateIncident(summary=body.summary, actor=commands.actor, at=commands.at)
    )


@router.post(f"{INCIDENT}/resolution", **COMMAND)
async def resolve(commands: TheCommands, body: Resolution) -> Response:
    """Declare the incident resolved: the commander's word."""
    command = ResolveIncident(
        summary=body.summary,
        actor=commands.actor,
        at=commands.at,
        open_children=await open_children(commands.dependencies.log, commands.incident_id),
        open_children_reason=body.open_children_reason,
        reason=body.reason,
    )
    return await commands.give(command)


@router.post(f"{INCIDENT}/reopening", **COMMAND)
async def reopen(commands: TheCommands, body: Reopening) -> Response:
    """Go back to an earlier phase, because it was not over."""
    command = ReopenIncident(
        phase=body.phase, reason=body.reason, actor=commands.actor, at=commands.at
    )
    return await commands.give(command)


@router.post(f"{INCIDENT}/decline", **COMMAND)
async def decline(commands: TheCommands, body: FalseAlarm) -> Response:
    """Decline the incident: it was a false alarm, a test, a duplicate, or nothing to act on."""
    command = DeclineIncident(
        reason=body.reason, category=body.category, actor=commands.actor, at=commands.at
    )
    return await commands.give(command)


@router.post(f"{INCIDENT}/timestamps/{{timestamp}}", **COMMAND)
async def correct_time(
    commands: TheCommands, timestamp: Timestamp, body: TimeCorrection
) -> Response:
    """Correct when something happened; what was said before is kept beside it."""
    command = CorrectTimestamp(
        name=timestamp,
        happened_at=body.happened_at,
        reason=body.reason,
        actor=commands.actor,
        at=commands.at,
    )
    return await commands.give(command)


@router.post(f"{INCIDENT}/closure", **COMMAND)
async def close(commands: TheCommands, body: MaybeClosure = None) -> Response:
    """End the incident for good."""
    reason = body.reason if body else None
    return await commands.give(CloseIncident(actor=commands.actor, at=commands.at, reason=reason))
