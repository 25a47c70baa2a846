"""Commands that workflows give themselves: same id in every life, so they converge in the log."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from events.log.recorded import Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic[Command]:
    """A command that a workflow gives to one of its own aggregates."""

    command_id: UUID
    request_digest: str
    metadata: Metadata
    command: Command
    expected_version: int | None = None


def automatic[Command](command_id: UUID, command: Command) -> Automatic[Command]:
    """Return the command as the running workflow gives it.

    The digest covers the id alone: the time in the command may differ from life to life.
    """
    return Automatic(
        command_id=command_id,
        request_digest=sha256(command_id.bytes).hexdigest(),
        metadata=Metadata(
            principal=f"workflow:{workflow.info().workflow_id}",
            via="workflow",
            correlation_id=workflow.info().run_id,
        ),
        command=command,
    )
