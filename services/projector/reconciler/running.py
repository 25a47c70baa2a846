"""Running workflows: those that Temporal's list shows; it may be a moment old."""

from dataclasses import dataclass
from typing import Final

from temporalio.client import Client, WorkflowExecution
from temporalio.common import SearchAttributeKey

from services.temporal.client import bounded
from workflows.ids import INCIDENT_WORKFLOW
from workflows.incident_view import VERSION

RUNNING: Final = f"ExecutionStatus = 'Running' AND WorkflowType = '{INCIDENT_WORKFLOW}'"
PAGE_SIZE: Final = 1000
LIST_SECONDS: Final = 12.0

# The server says so of a workflow whose task fails again and again.
PROBLEMS: Final = SearchAttributeKey.for_keyword_list("TemporalReportedProblems")
FAILING: Final = "category=WorkflowTaskFailed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningWorkflow:
    """One workflow that has not ended."""

    workflow_id: str
    run_id: str
    version: int | None  # of its stream, as it shows it; None: it shows none
    failing: bool  # its code fails again and again


async def running_workflows(client: Client) -> dict[str, RunningWorkflow]:
    """Return every incident's workflow that runs, by its id.

    Raises: TemporalTrouble.
    """
    async with bounded(LIST_SECONDS):
        return {
            one.id: running_workflow(one)
            async for one in client.list_workflows(RUNNING, page_size=PAGE_SIZE)
        }


def running_workflow(shown: WorkflowExecution) -> RunningWorkflow:
    """Return what we want to know of a workflow."""
    attributes = shown.typed_search_attributes
    return RunningWorkflow(
        workflow_id=shown.id,
        run_id=shown.run_id,
        version=attributes.get(VERSION),
        failing=FAILING in (attributes.get(PROBLEMS) or ()),
    )
