"""Commands that workflows give themselves: same id in every life, so they converge in the log."""

from hashlib import sha256
from typing import TypedDict
from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from events.log.recorded import Metadata


class Provenance(TypedDict):
    """The fields of an envelope that say where a command comes from."""

    request_digest: str
    metadata: Metadata


def automatic(command_id: UUID) -> Provenance:
    """Return the provenance of a command given by the running workflow.

    The digest covers the id alone: the time in the command may differ from life to life.
    """
    return Provenance(
        request_digest=sha256(command_id.bytes).hexdigest(),
        metadata=Metadata(
            principal=f"workflow:{workflow.info().workflow_id}",
            via="workflow",
            correlation_id=workflow.info().run_id,
        ),
    )
