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
from events.severity import Impact, Scope
from tests.eventually import eventually
from tests.workflows.conftest import ADA, ADMIN, House, now
from tests.workflows.resting import rests
from tests.workflows.test_faults import update
from workflows.incident_view import SHOWN_WITHIN, VERSION

pytestmark = pytest.mark.stack


async def test_an_incident_goes_from_declared_to_closed_and_its_workflow_ends(house: House) -> None:
    incident_id = await house.declare()
    triage = TriageIncident(impact=Impact.DEGRADED, scope=Scope.WIDESPREAD, actor=ADA, at=now())
    await house.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await house.give(incident_id, triage)
    commander = AssignRole(
        role=Role.COMMANDER, responder_id=ResponderId("ada"), actor=ADA, at=now()
    )
    await house.give(incident_id, commander)
    await house.give(
        incident_id, AdvancePhase(phase=Phase.RESPONSE, reason=None, actor=ADA, at=now())
    )
    await house.give(incident_id, MitigateIncident(summary="Rolled back", actor=ADA, at=now()))
    await house.give(incident_id, ResolveIncident(summary="Query fixed", actor=ADA, at=now()))
    answer = await house.give(incident_id, CloseIncident(actor=ADA, at=now()))

    assert answer.event_types == ("incident.closed",)
    stored = await house.log.read_stream(incident_stream(incident_id))
    assert answer.version == len(stored)
    assert answer.position == stored[-1].position
    assert answer.hash == stored[-1].hash.hex()
    async with asyncio.timeout(10):
        await house.incident(incident_id).result()


async def test_a_refused_command_says_its_name_and_stores_nothing(house: House) -> None:
    incident_id = await house.declare()
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await house.give(incident_id, ResolveIncident(summary="Done", actor=ADA, at=now()))
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "NotTheCommander"
    assert await house.happened(incident_stream(incident_id)) == ["incident.declared"]


async def test_the_same_command_id_gives_the_same_answer_once_in_the_log(house: House) -> None:
    incident_id = await house.declare()
    command_id = uuid4()
    command = AcknowledgeIncident(actor=ADA, at=now())
    answers = await asyncio.gather(
        *(house.give(incident_id, command, command_id=command_id) for _ in range(8))
    )
    assert len({(a.version, a.position, a.hash) for a in answers}) == 1
    assert (await house.happened(incident_stream(incident_id))).count("incident.acknowledged") == 1


async def test_a_stale_expected_version_is_refused(house: House) -> None:
    incident_id = await house.declare()
    await house.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await house.give(
            incident_id,
            MitigateIncident(summary="Rolled back", actor=ADA, at=now()),
            expected_version=1,
        )
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "StreamConflict"


async def test_a_phase_that_is_not_reached_in_time_is_recorded(house: House) -> None:
    deadline = PhaseDeadline(phase=Phase.RESPONSE, within=timedelta(seconds=1))
    incident_id = await house.declare(deadlines=(deadline,))
    await house.incident_happens(incident_id, "incident.deadline_missed")


async def test_a_phase_that_is_reached_in_time_is_not_reported(house: House) -> None:
    deadline = PhaseDeadline(phase=Phase.RESPONSE, within=timedelta(hours=1))
    incident_id = await house.declare(deadlines=(deadline,))
    skip = AdvancePhase(phase=Phase.RESPONSE, reason="All hands here", actor=ADA, at=now())
    await house.give(incident_id, skip)
    await rests(house.incident(incident_id))
    assert "incident.deadline_missed" not in await house.happened(incident_stream(incident_id))


async def test_a_terminated_workflow_started_again_changes_nothing_in_the_log(
    house: House,
) -> None:
    policy = await house.policy("ada", escalation_timeout=60)
    incident_id = await house.declare(policy)
    await house.page_happens(incident_id, "delivery.sent")
    await house.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await house.page_happens(incident_id, "page.acknowledged")
    before = await house.log.head()

    await house.incident(incident_id).terminate("by hand")
    await house.start(incident_id)
    await house.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))

    assert await house.log.head() == before
    assert len(house.outbox.sent) == 1


async def test_a_workflow_that_lost_its_state_takes_commands_where_the_log_is(
    house: House,
) -> None:
    incident_id = await house.declare()
    await house.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await house.incident(incident_id).terminate("by hand")
    await house.start(incident_id)
    answer = await house.give(
        incident_id, MitigateIncident(summary="Rolled back", actor=ADA, at=now())
    )
    stored = await house.log.read_stream(incident_stream(incident_id))
    assert [event.version for event in stored] == list(range(1, len(stored) + 1))
    assert answer.version == len(stored)


async def test_many_commands_pass_through_continue_as_new_unnoticed(house: House) -> None:
    incident_id = await house.declare()
    first = (await house.incident(incident_id).describe()).run_id

    async def update(number: int) -> int:
        command = PublishStatusUpdate(
            impact=f"update {number}",
            current_actions="looking",
            next_update_at=None,
            actor=ADA,
            at=now(),
        )
        return (await house.give(incident_id, command)).version

    versions: list[int] = []
    for start in range(0, 80, 5):
        versions += await asyncio.gather(*(update(start + i) for i in range(5)))

    assert sorted(versions) == list(range(2, 82))
    assert (await house.incident(incident_id).describe()).run_id != first


async def test_a_declined_incident_ends_its_workflow(house: House) -> None:
    incident_id = await house.declare()
    await house.give(incident_id, DeclineIncident(reason="Test traffic", actor=ADMIN, at=now()))
    async with asyncio.timeout(10):
        await house.incident(incident_id).result()
    status = (await house.incident(incident_id).describe()).status
    assert status is WorkflowExecutionStatus.COMPLETED


async def test_commands_survive_a_worker_that_remembers_nothing(idle_house: House) -> None:
    async with idle_house.working(cached=0):
        incident_id = await idle_house.declare()
        await idle_house.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
        answer = await idle_house.give(
            incident_id, MitigateIncident(summary="Rolled back", actor=ADA, at=now())
        )
    assert answer.event_types == ("incident.phase_advanced", "incident.mitigated")


async def test_the_commands_of_a_moment_show_their_version_together(house: House) -> None:
    incident_id = await house.declare()
    answers = [await house.give(incident_id, update(number)) for number in range(5)]
    handle = house.incident(incident_id)

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
