"""Standing workflow: one that lives as long as what it looks after, such as a schedule."""

from collections.abc import Sequence
from typing import Any

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from services.temporal.client import RPC_TIMEOUT, TemporalTrouble, bounded

logs = structlog.get_logger(__name__)


async def have_run(  # noqa: PLR0913  each is another part of one call
    client: Client,
    name: str,
    start: Any,
    *,
    workflow_id: str,
    queue: str,
    signal: str | None,
    signal_args: Sequence[Any] = (),
) -> bool:
    """Have the workflow run, and hear the signal if there is one; return whether Temporal took it.

    Where it runs already, the signal is all; where it was ended or lost, it begins anew.
    """
    try:
        async with bounded():
            await client.start_workflow(
                name,
                start,
                id=workflow_id,
                task_queue=queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal=signal,
                start_signal_args=signal_args,
                rpc_timeout=RPC_TIMEOUT,
            )
    except TemporalTrouble as trouble:
        logs.warning("workflow_not_started", workflow_id=workflow_id, reason=str(trouble))
        return False
    return True
