"""Recorded histories replay with today's workflows; a changed order of steps is found.

Record anew, after a change under `workflow.patched`, with `make histories`: that adds files and
never replaces one, because the old ones are what running incidents look like.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from services.worker.workers import SANDBOX
from tests.workflows.conftest import Harness
from tests.workflows.stories import STORIES
from workflows.announcement import AnnouncementWorkflow
from workflows.follow_up import FollowUpWorkflow
from workflows.hand_off import HandOffWorkflow
from workflows.heartbeat import HeartbeatWorkflow
from workflows.ids import INCIDENT_WORKFLOW
from workflows.incident import IncidentWorkflow
from workflows.meeting.invitation import InvitationWorkflow
from workflows.messages import IncidentInput
from workflows.practice.weekly_questions import QuestionsWorkflow

HISTORIES = Path(__file__).parent / "histories"
WORKFLOWS = (
    IncidentWorkflow,
    AnnouncementWorkflow,
    HandOffWorkflow,
    HeartbeatWorkflow,
    FollowUpWorkflow,
    InvitationWorkflow,
    QuestionsWorkflow,
)
KIND = "IncidentWorkflow"
BUDGET = 400  # events
RECORDED = sorted(HISTORIES.glob("*/*.json"))


def history(file: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(f"{file.parent.name}/{file.stem}", file.read_text())


def replayer(*workflows: type) -> Replayer:
    return Replayer(
        workflows=workflows,
        workflow_runner=SANDBOX,
        data_converter=pydantic_data_converter,
    )


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: f"{file.parent.name}-{file.stem}")
async def test_a_recorded_life_replays_with_the_workflows_of_today(file: Path) -> None:
    await replayer(*WORKFLOWS).replay_workflow(history(file))


def test_every_story_was_recorded() -> None:
    recorded = {(file.parent.name, file.stem.partition("-")[0]) for file in RECORDED}
    assert recorded >= {(KIND, story) for story in STORIES}


def test_a_whole_life_stays_below_its_budget_of_history() -> None:
    """An incident that is paged, worked on, reopened and closed."""
    *_, newest = sorted((HISTORIES / KIND).glob("whole_life*.json"), key=told_last)
    assert len(history(newest).events) < BUDGET


def told_last(file: Path) -> tuple[int, str]:
    """Return what sorts `name`, `name-2` … `name-10` by when they were recorded."""
    return len(file.stem), file.stem


@workflow.defn(name=INCIDENT_WORKFLOW, sandboxed=False)
class IncidentWaitsBeforeItLoads:
    """What a careless change looks like: another step comes first."""

    @workflow.run
    async def run(self, start: IncidentInput) -> None:
        await workflow.sleep(60)


async def test_a_changed_order_of_steps_is_caught_by_a_recorded_life() -> None:
    with pytest.raises(workflow.NondeterminismError):
        await replayer(IncidentWaitsBeforeItLoads).replay_workflow(
            history(HISTORIES / KIND / "whole_life.json")
        )


@pytest.mark.stack
@pytest.mark.parametrize("story", STORIES)
async def test_a_story_told_today_replays_and_can_be_recorded(harness: Harness, story: str) -> None:
    incident_id = await STORIES[story](harness)
    told = await harness.incident(incident_id).fetch_history()
    await replayer(*WORKFLOWS).replay_workflow(told)
    if os.environ.get("TOCSIN_RECORD_HISTORIES"):
        record(KIND, story, told)


def record(kind: str, story: str, told: WorkflowHistory) -> None:
    folder = HISTORIES / kind
    folder.mkdir(parents=True, exist_ok=True)
    file, number = folder / f"{story}.json", 1
    while file.exists():
        number += 1
        file = folder / f"{story}-{number}.json"
    file.write_text(f"{json.dumps(impersonal(json.loads(told.to_json())), indent=2)}\n")


def impersonal(node: Any) -> Any:
    """Return a history without the names and places of the machine it was recorded on."""
    if isinstance(node, dict):
        return {
            name: "" if name in {"stackTrace", "identity"} else impersonal(value)
            for name, value in node.items()
        }
    return [impersonal(item) for item in node] if isinstance(node, list) else node
