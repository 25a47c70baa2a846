"""An incident's workflow on the real servers: commands, deadlines, lives."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from events.ids import ResponderId, incident_stream
from events.incident.commands import (
    AcknowledgeIncident,
    AdvancePhase,
    CloseIncident,
    DeclineIncident,
    MitigateIncident,
    ResolveIncident,
)
from events.incident.phases import Phase, PhaseDeadline
from events.incident.roles.commands import AssignRole
from events.incident.roles.events import Role
from events.incident.severity.commands import TriageIncident
from events.incident.status_updates.commands import PublishStatusUpdate
from events.values.severity import Impact, Scope
from tests.eventually import eventually
from tests.harness import ADA, ADMIN, now
from tests.workflows.conftest import Harness
from tests.workflows.resting import rests
from tests.workflows.test_faults import update
from workflows.incident_view import SHOWN_WITHIN, VERSION

pytestmark = pytest.mark.stack


async def test_an_incident_goes_from_declared_to_closed_and_its_workflow_ends(
    harness: Harness,
) -> None:
    incident_id = await harness.declare()
    triage = TriageIncident(impact=Impact.DEGRADED, scope=Scope.WIDESPREAD, actor=ADA, at=now())
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await harness.give(incident_id, triage)
    commander = AssignRole(
        role=Role.COMMANDER, responder_id=ResponderId("ada"), actor=ADA, at=now()
    )
    await harness.give(incident_id, commander)
    await harness.give(
        incident_id, AdvancePhase(phase=Phase.RESPONSE, reason=None, actor=ADA, at=now())
    )
    await harness.give(incident_id, MitigateIncident(summary="Rolled back", actor=ADA, at=now()))
    await harness.give(incident_id, ResolveIncident(summary="Query fixed", actor=ADA, at=now()))
    answer = await harness.give(incident_id, CloseIncident(actor=ADA, at=now()))

    assert answer.event_types == ("incident.closed",)
    stored = await harness.log.read_stream(incident_stream(incident_id))
    assert answer.version == len(stored)
    assert answer.position == stored[-1].position
    assert answer.hash == stored[-1].hash.hex()
    async with asyncio.timeout(10):
        await harness.incident(incident_id).result()


async def test_a_refused_command_says_its_name_and_stores_nothing(harness: Harness) -> None:
    incident_id = await harness.declare()
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await harness.give(incident_id, ResolveIncident(summary="Done", actor=ADA, at=now()))
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "NotTheCommander"
    assert await harness.happened(incident_stream(incident_id)) == ["incident.declared"]


async def test_the_same_command_id_gives_the_same_answer_once_in_the_log(harness: Harness) -> None:
    incident_id = await harness.declare()
    command_id = uuid4()
    command = AcknowledgeIncident(actor=ADA, at=now())
    answers = await asyncio.gather(
        *(harness.give(incident_id, command, command_id=command_id) for _ in range(8))
    )
    assert len({(a.version, a.position, a.hash) for a in answers}) == 1
    assert (await harness.happened(incident_stream(incident_id))).count(
        "incident.acknowledged"
    ) == 1


async def test_a_stale_expected_version_is_refused(harness: Harness) -> None:
    incident_id = await harness.declare()
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await harness.give(
            incident_id,
            MitigateIncident(summary="Rolled back", actor=ADA, at=now()),
            expected_version=1,
        )
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "StreamConflict"


async def test_a_phase_that_is_not_reached_in_time_is_recorded(harness: Harness) -> None:
    deadline = PhaseDeadline(phase=Phase.RESPONSE, within=timedelta(seconds=1))
    incident_id = await harness.declare(deadlines=(deadline,))
    await harness.incident_happens(incident_id, "incident.deadline_missed")


async def test_a_phase_that_is_reached_in_time_is_not_reported(harness: Harness) -> None:
    deadline = PhaseDeadline(phase=Phase.RESPONSE, within=timedelta(hours=1))
    incident_id = await harness.declare(deadlines=(deadline,))
    skip = AdvancePhase(phase=Phase.RESPONSE, reason="All hands here", actor=ADA, at=now())
    await harness.give(incident_id, skip)
    await rests(harness.incident(incident_id))
    assert "incident.deadline_missed" not in await harness.happened(incident_stream(incident_id))


async def test_a_terminated_workflow_started_again_changes_nothing_in_the_log(
    harness: Harness,
) -> None:
    policy = await harness.policy("ada", escalation_timeout=60)
    incident_id = await harness.declare(policy)
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await harness.page_happens(incident_id, "page.acknowledged")
    before = await harness.log.head()

    await harness.incident(incident_id).terminate("by hand")
    await harness.start(incident_id)
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))

    assert await harness.log.head() == before
    assert len(harness.outbox.sent) == 1


async def test_a_workflow_that_lost_its_state_takes_commands_where_the_log_is(
    harness: Harness,
) -> None:
    incident_id = await harness.declare()
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await harness.incident(incident_id).terminate("by hand")
    await harness.start(incident_id)
    answer = await harness.give(
        incident_id, MitigateIncident(summary="Rolled back", actor=ADA, at=now())
    )
    stored = await harness.log.read_stream(incident_stream(incident_id))
    assert [event.version for event in stored] == list(range(1, len(stored) + 1))
    assert answer.version == len(stored)


async def test_many_commands_pass_through_continue_as_new_unnoticed(harness: Harness) -> None:
    incident_id = await harness.declare()
    first = (await harness.incident(incident_id).describe()).run_id

    async def update(number: int) -> int:
        command = PublishStatusUpdate(
            impact=f"update {number}",
            current_actions="looking",
            next_update_at=None,
            actor=ADA,
            at=now(),
        )
        return (await harness.give(incident_id, command)).version

    versions: list[int] = []
    for start in range(0, 80, 5):
        versions += await asyncio.gather(*(update(start + i) for i in range(5)))

    assert sorted(versions) == list(range(2, 82))
    assert (await harness.incident(incident_id).describe()).run_id != first


async def test_a_declined_incident_ends_its_workflow(harness: Harness) -> None:
    incident_id = await harness.declare()
    await harness.give(incident_id, DeclineIncident(reason="Test traffic", actor=ADMIN, at=now()))
    async with asyncio.timeout(10):
        await harness.incident(incident_id).result()
    status = (await harness.incident(incident_id).describe()).status
    assert status is WorkflowExecutionStatus.COMPLETED


async def test_commands_survive_a_worker_that_remembers_nothing(idle_harness: Harness) -> None:
    async with idle_harness.working(cached=0):
        incident_id = await idle_harness.declare()
        await idle_harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
        answer = await idle_harness.give(
            incident_id, MitigateIncident(summary="Rolled back", actor=ADA, at=now())
        )
    assert answer.event_types == ("incident.phase_advanced", "incident.mitigated")


async def test_the_commands_of_a_moment_show_their_version_together(harness: Harness) -> None:
    incident_id = await harness.declare()
    answers = [await harness.give(incident_id, update(number)) for number in range(5)]
    handle = harness.incident(incident_id)

    async def shown() -> bool:
        attributes = (await handle.describe()).typed_search_attributes
        return attributes.get(VERSION) == answers[-1].version

    await eventually("the version is shown", shown, SHOWN_WITHIN.total_seconds() + 10)
    showings = [
        event.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields
        for event in (await handle.fetch_history()).events
        if event.HasField("upsert_workflow_search_attributes_event_attributes")
    ]
    assert len([fields for fields in showings if VERSION.name in fields]) <= 2  # at the start, too
