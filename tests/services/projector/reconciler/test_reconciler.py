"""Workflows that were terminated, set back or broken are found, repaired and recorded."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import ResetReapplyExcludeType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import WorkflowHandle
from temporalio.worker import Worker

from events.ids import IncidentId, incident_stream, page_stream, repair_stream
from events.incident.commands import AcknowledgeIncident, DeclineIncident, MitigateIncident
from events.incident.decide import incident_decider
from events.log.liveness.looks import last_look
from events.page.commands import StartPage
from events.page.decide import page_decider
from events.page.plan import PagePlan
from events.repair.events import Finding, Repair
from services.projector.reconciler.repairing import Repaired
from tests.eventually import eventually
from tests.harness import ADA, ADMIN, now
from tests.services.projector.reconciler.conftest import Scene
from tests.workflows.test_faults import update
from workflows.ids import INCIDENT_QUEUE, INCIDENT_WORKFLOW, READ_AGAIN
from workflows.messages import IncidentInput

pytestmark = pytest.mark.stack


def acknowledge() -> AcknowledgeIncident:
    return AcknowledgeIncident(actor=ADA, at=now())


async def test_a_terminated_incident_and_its_page_go_on_and_nobody_is_paged_twice(
    scene: Scene,
) -> None:
    harness = scene.harness
    async with harness.working():
        incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
        await harness.page_happens(incident_id, "delivery.sent")
        await harness.incident(incident_id).terminate("by hand")

        [repaired] = await scene.repairs()
        assert (repaired.difference.finding, repaired.repair) == (Finding.MISSING, Repair.STARTED)
        await scene.at_peace()
        await harness.give(incident_id, acknowledge())
        await harness.page_happens(incident_id, "page.acknowledged")
        await scene.at_peace()
    assert len(harness.outbox.sent) == 1
    [first] = await harness.log.read_stream(repair_stream(incident_id))
    assert (first.type, first.version) == ("workflow.repaired", 1)


async def test_a_terminated_incident_goes_on_though_every_read_model_has_stopped(
    scene: Scene,
) -> None:
    """What puts the workflows right stands on the log, as they do."""
    harness = scene.harness
    async with harness.working():
        incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
        await harness.page_happens(incident_id, "delivery.sent")
        await harness.incident(incident_id).terminate("by hand")

        async def repaired() -> tuple[Repaired, ...] | None:
            await asyncio.sleep(0.5)
            done = await scene.reconciler.step()
            return done.repaired or None if done else None

        [one] = await eventually("a repair", repaired, within=60)
        assert (one.difference.finding, one.repair) == (Finding.MISSING, Repair.STARTED)


async def test_a_page_that_is_not_over_though_somebody_has_answered_is_ended(
    scene: Scene,
) -> None:
    harness = scene.harness
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
    answering = asyncio.create_task(harness.give(incident_id, acknowledge()))
    await asyncio.sleep(0.5)
    async with harness.working():
        await answering  # before the first task: the page has never begun
        begun = StartPage(
            page_id=harness.page_of(incident_id),
            incident_id=incident_id,
            reference="INC-1",
            plan=PagePlan(escalation_policy_id=None, levels=(), repeats=0),
            at=now(),
        )
        await harness.store(page_decider, page_stream(begun.page_id), begun)
        [repaired] = await scene.repairs()
        assert repaired.difference.finding is Finding.STILL_PAGING
        await harness.page_happens(incident_id, "page.acknowledged")
        await scene.at_peace()
    assert harness.outbox.sent == []


async def test_nothing_is_repaired_while_every_worker_is_dead(scene: Scene) -> None:
    harness = scene.harness
    async with harness.working():
        incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
        await harness.page_happens(incident_id, "delivery.sent")
    repair = MitigateIncident(summary="By hand", actor=ADMIN, at=now())
    await written(scene, incident_id, repair)
    scene.reconciler.looking.somebody_works = nobody
    assert [await scene.look() for _ in range(4)] == [(), (), (), ()]
    assert await scene.recorded(incident_id) == 0


async def nobody() -> bool:
    return False


async def test_a_workflow_that_was_set_back_reads_the_log_again(scene: Scene) -> None:
    harness = scene.harness
    async with harness.working():
        incident_id = await begun(scene)
        await harness.give(incident_id, acknowledge())
        await harness.give(incident_id, update(1))
        before = await harness.happened(incident_stream(incident_id))
        await scene.quiet()
        await reset(harness.incident(incident_id))
        [repaired] = await scene.repairs()
        assert (repaired.difference.finding, repaired.repair) == (Finding.BEHIND, Repair.REMINDED)
        assert (repaired.difference.workflow_version or 0) < repaired.difference.log_version
        await scene.at_peace()
        assert await harness.happened(incident_stream(incident_id)) == before
        answer = await harness.give(incident_id, update(2))
    assert answer.version == len(before) + 1


async def test_a_reset_that_gives_the_commands_again_doubles_nothing(scene: Scene) -> None:
    harness = scene.harness
    async with harness.working():
        incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
        await harness.page_happens(incident_id, "delivery.sent")
        await harness.give(incident_id, acknowledge())
        await harness.page_happens(incident_id, "page.acknowledged")
        await harness.give(incident_id, update(1))
        before = await harness.happened(incident_stream(incident_id))
        await reset(harness.incident(incident_id), again=True)
        await scene.at_peace()
        assert await harness.happened(incident_stream(incident_id)) == before
    assert len(harness.outbox.sent) == 1


async def reset(handle: WorkflowHandle[Any, Any], *, again: bool = False) -> None:
    """Set a workflow back to before its first command; its commands come `again`, or not."""
    task = 0
    async for event in handle.fetch_history_events():
        if event.HasField("workflow_task_completed_event_attributes"):
            task = event.event_id
        if event.HasField("workflow_execution_update_accepted_event_attributes"):
            break
    await handle._client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=handle._client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=handle.id),
            reason="by hand",
            workflow_task_finish_event_id=task,
            request_id=str(uuid4()),
            reset_reapply_exclude_types=[]
            if again
            else [
                ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE,
                ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL,
            ],
        )
    )


@workflow.defn(name=INCIDENT_WORKFLOW, sandboxed=False)
class OfAnotherRelease:
    """What an incident looks like whose steps today's code does not take any more."""

    @workflow.run
    async def run(self, start: IncidentInput) -> None:
        await workflow.sleep(3600)


async def test_a_workflow_whose_task_fails_again_and_again_is_restarted_from_the_log(
    scene: Scene,
) -> None:
    harness = scene.harness
    old = Worker(harness.temporal, task_queue=INCIDENT_QUEUE, workflows=[OfAnotherRelease])
    async with old:
        incident_id = await begun(scene)
    async with harness.working():
        await harness.incident(incident_id).signal(READ_AGAIN)  # gives it a task, which fails
        [repaired] = await scene.repairs()
        assert (repaired.difference.finding, repaired.repair) == (Finding.STUCK, Repair.RESTARTED)
        answer = await harness.give(incident_id, acknowledge())
        assert answer.event_types == ("incident.acknowledged", "responder.joined")
        await scene.at_peace()


async def begun(scene: Scene) -> IncidentId:
    """Return an incident whose workflow has had its first task, and has read the log."""
    incident_id = await scene.harness.declare()
    await eventually(
        "its workflow task is done", lambda: task_done(scene.harness.incident(incident_id))
    )
    return incident_id


async def task_done(handle: WorkflowHandle[Any, Any]) -> bool:
    described = await handle.describe()
    return described.history_length >= 4


async def test_a_workflow_that_ran_on_after_the_end_ends(scene: Scene) -> None:
    harness = scene.harness
    async with harness.working():
        incident_id = await begun(scene)
        await harness.give(incident_id, DeclineIncident(reason="A test", actor=ADMIN, at=now()))
        await harness.incident(incident_id).result()
        await reset(harness.incident(incident_id))
        [repaired] = await scene.repairs()
        assert repaired.difference.finding is Finding.LEFT_OVER
        await harness.incident(incident_id).result()
        await scene.at_peace()


async def test_what_somebody_else_wrote_into_the_log_reaches_the_workflow(scene: Scene) -> None:
    harness = scene.harness
    async with harness.working():
        incident_id = await begun(scene)
        await harness.give(incident_id, acknowledge())
        repair = MitigateIncident(summary="By hand", actor=ADMIN, at=now())
        await written(scene, incident_id, repair)
        [repaired] = await scene.repairs()
        assert repaired.difference.finding is Finding.BEHIND
        await scene.at_peace()


async def written(scene: Scene, incident_id: IncidentId, command: object) -> None:
    await scene.harness.store(incident_decider, incident_stream(incident_id), command)


async def test_only_one_of_two_reconcilers_looks(scene: Scene) -> None:
    other = type(scene.reconciler)(scene.reconciler.log, scene.reconciler.client)
    assert await scene.reconciler.step() is not None
    assert await other.step() is None
    await scene.reconciler.looks.release(scene.reconciler.holder)
    assert await other.step() is not None


async def test_a_workflow_that_runs_as_it_should_is_left_alone(scene: Scene) -> None:
    harness = scene.harness
    async with harness.working():
        incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=60))
        await harness.page_happens(incident_id, "delivery.sent")
        await harness.give(incident_id, acknowledge())
        await harness.page_happens(incident_id, "page.acknowledged")
        await scene.at_peace()
    assert await scene.recorded(incident_id) == 0


async def test_health_knows_of_looks_and_of_repairs(scene: Scene) -> None:
    assert (await last_look(scene.harness.log.database)).seconds is None
    async with scene.harness.working():
        incident_id = await scene.harness.declare()
        await scene.harness.incident(incident_id).terminate("by hand")
        await scene.repairs()
    told = await last_look(scene.harness.log.database)
    assert told.seconds is not None
    assert told.seconds < 5
    assert told.repaired == {"missing": 1}
