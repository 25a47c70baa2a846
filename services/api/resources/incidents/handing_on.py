"""Snooze and reassignment of an incident: whoever has it puts it off, or others are asked."""

from datetime import timedelta
from typing import Annotated, Self

from fastapi import Response
from pydantic import Field, model_validator

from events.ids import EscalationPolicyId, ResponderId
from events.incident.reassignment.commands import ReassignIncident
from events.incident.snooze.commands import SnoozeIncident
from events.references import references
from services.api.http.formats import Instant, Line, Name, Strict
from services.api.http.guard import api_router
from services.api.writing.command_routes import COMMAND, INCIDENT
from services.api.writing.commands import TheCommands
from services.commanding.named import require_named

router = api_router("incident commands")

LONGEST = 7 * 24 * 3600  # seconds


class SnoozeCall(Strict, json_schema_extra={"examples": [{"duration_seconds": 3600}]}):
    """Snooze: until a time, or for a duration from now."""

    until: Instant | None = None
    duration_seconds: Annotated[int | None, Field(ge=60, le=LONGEST)] = None
    reason: Line | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.until is None) == (self.duration_seconds is None):
            raise ValueError("Say either `until` or `duration_seconds`.")
        return self


class ReassignmentCall(
    Strict,
    json_schema_extra={
        "examples": [{"responder_ids": ["grace"], "reason": "It is the database, not the shop."}]
    },
):
    """Reassignment: to people, to another escalation policy, or to people before its levels."""

    reason: Line
    responder_ids: Annotated[tuple[Name, ...], Field(max_length=20, strict=False)] = ()
    escalation_policy_id: Name | None = None


@router.post(f"{INCIDENT}/snooze", **COMMAND)
async def snooze_incident(commands: TheCommands, body: SnoozeCall) -> Response:
    """Acknowledge the incident and leave it alone until a time; then it is paged again."""
    until = body.until
    if until is None:
        until = commands.at + timedelta(seconds=body.duration_seconds or 0)
    return await commands.give(
        SnoozeIncident(until=until, reason=body.reason, actor=commands.actor, at=commands.at)
    )


@router.post(f"{INCIDENT}/reassignment", **COMMAND)
async def reassign_incident(commands: TheCommands, body: ReassignmentCall) -> Response:
    """Reassign the incident: whoever has it has it no longer, and those named are paged for it."""
    policy = EscalationPolicyId(body.escalation_policy_id) if body.escalation_policy_id else None
    command = ReassignIncident(
        responder_ids=tuple(ResponderId(one) for one in body.responder_ids),
        escalation_policy_id=policy,
        reason=body.reason,
        actor=commands.actor,
        at=commands.at,
    )
    named = references(command, commands.stream)
    await require_named(commands.dependencies.log, named)
    return await commands.give(command)
