"""Deferred commands: the durable inbox that the API fills, the relay sends, and both read back."""

from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict, JsonValue

from activities.refusals import REFUSALS
from events.errors import CommandRejected
from events.incident.commands import IncidentCommand
from events.log.queues.inbox import DeferredCommand, InboxEntry
from events.log.recorded import Metadata
from events.log.refusals import RefusedCommand
from workflows.ids import COMMAND
from workflows.messages import CommandAnswer, IncidentCommandEnvelope

ANSWERS: Final = frozenset(
    {"acknowledge_incident", "snooze_incident", "accept_page", "decline_page"}
)
ASKS_AGAIN: Final = frozenset(
    {
        "reopen_incident",
        "reassign_incident",
        "end_snooze",
        "unacknowledge_incident",
        "request_page",
        "escalate_incident",
    }
)


class RefusedOutcome(BaseModel):
    """Why a deferred command was refused, as the inbox keeps it."""

    model_config = ConfigDict(frozen=True)

    type: str  # the refusal's class
    detail: str
    facts: dict[str, JsonValue]


class _Named(BaseModel):
    kind: str


class _DeferredBody(BaseModel):
    """What every deferred command has, also one of a newer version."""

    metadata: Metadata
    command: _Named


def deferred(workflow_id: str, envelope: IncidentCommandEnvelope) -> DeferredCommand:
    """Return the command as the inbox takes it; its body is the Update's only argument."""
    return DeferredCommand(
        command_id=envelope.command_id,
        workflow_id=workflow_id,
        update_name=COMMAND,
        body=envelope.model_dump_json().encode(),
        request_digest=bytes.fromhex(envelope.request_digest),
        principal=envelope.metadata.principal,
    )


def goes_first(command: IncidentCommand, waiting: Sequence[InboxEntry]) -> bool:
    """Return whether a command goes before those that its incident has not received yet.

    Only an answer does, because somebody is paged until it is in; and not before another answer,
    nor before what asks for an answer anew.
    """
    if command.kind not in ANSWERS:
        return False
    return not any(kind_of(entry) in ANSWERS | ASKS_AGAIN for entry in waiting)


def kind_of(entry: DeferredCommand) -> str:
    """Return which command was deferred."""
    return _DeferredBody.model_validate_json(entry.body).command.kind


def done_outcome(answer: CommandAnswer) -> bytes:
    """Return the answer as the inbox keeps it."""
    return answer.model_dump_json().encode()


def answer_in(outcome: bytes) -> CommandAnswer:
    """Return the answer that the inbox kept."""
    return CommandAnswer.model_validate_json(outcome)


def refused_outcome(refusal: CommandRejected) -> bytes:
    """Return the refusal as the inbox keeps it."""
    words = {"type": type(refusal).__name__, "detail": refusal.detail, "facts": refusal.facts}
    return RefusedOutcome.model_validate(words).model_dump_json().encode()


def refusal_in(outcome: bytes) -> CommandRejected:
    """Return the refusal that the inbox kept; one of a newer version keeps its words."""
    kept = RefusedOutcome.model_validate_json(outcome)
    refusal = REFUSALS.get(kept.type, CommandRejected)
    return refusal(kept.detail, **kept.facts)


def refused_command(entry: DeferredCommand, refusal: CommandRejected) -> RefusedCommand:
    """Return a deferred command and its refusal as the audit trail keeps them."""
    kept = _DeferredBody.model_validate_json(entry.body)
    return RefusedCommand(
        command_id=entry.command_id,
        command=kept.command.kind,
        target=entry.workflow_id.replace("/", "-", 1),  # the stream the workflow writes
        refusal=type(refusal).__name__,
        metadata=kept.metadata,
    )
