"""An incident that lives through many runs: nobody who gives it commands notices."""

import asyncio
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from events.ids import IncidentId, incident_stream
from tests.workflows.conftest import Harness
from tests.workflows.test_faults import update
from workflows.ids import incident_workflow_id

pytestmark = pytest.mark.stack

COMMANDS = 160
PEOPLE = 4


async def test_commands_in_flight_while_run_follows_run_are_neither_lost_nor_doubled(
    harness: Harness,
) -> None:
    """Each is given twice at once, as by an impatient client, and some again much later."""
    incident_id = await harness.declare()
    told = update(0)
    ids = [uuid4() for _ in range(COMMANDS)]
    left: Iterator[UUID] = iter(ids)
    versions: dict[UUID, set[int]] = {command_id: set() for command_id in ids}

    async def give(command_id: UUID) -> None:
        answer = await harness.give(incident_id, told, command_id=command_id)
        versions[command_id].add(answer.version)

    async def keep_giving() -> None:
        for command_id in left:
            await asyncio.gather(give(command_id), give(command_id))

    await asyncio.gather(*(keep_giving() for _ in range(PEOPLE)))
    for command_id in ids[:5]:
        await give(command_id)

    assert all(len(answered) == 1 for answered in versions.values())
    answered = sorted(version for [version] in versions.values())
    assert answered == list(range(2, COMMANDS + 2))
    stored = await harness.log.read_stream(incident_stream(incident_id))
    assert len(stored) == COMMANDS + 1
    assert await runs(harness, incident_id) >= 3


async def runs(harness: Harness, incident_id: IncidentId) -> int:
    query = f"WorkflowId = '{incident_workflow_id(incident_id)}'"
    return len([run async for run in harness.temporal.list_workflows(query)])
