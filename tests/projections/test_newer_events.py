"""A program from before a deployment stops at what the new one wrote: it never guesses."""

from uuid import uuid4

import asyncpg
import pytest

from events.errors import EventTooNew
from events.handle import handle
from events.ids import incident_stream
from events.incident.commands import AcknowledgeIncident
from events.incident.decide import incident_decider
from events.log.postgres import PostgresLog
from events.log.recorded import Append, EventData
from projections.incidents.board_list import find_incident
from projections.lag import lag
from tests.events.log.requests import DIGEST, METADATA
from tests.harness import ADA, now
from tests.projections.stories import AT_THE_DESK, Story, projector, story, tell
from tests.servers import Database

pytestmark = pytest.mark.stack


async def written_by_a_newer_program(log: PostgresLog, told: Story) -> None:
    """Append version 2 of an event that is known here in version 1, readable or not."""
    await log.append(
        Append(
            stream=incident_stream(told.incident_id),
            command_id=uuid4(),
            request_digest=DIGEST,
            expected_version=None,
            events=(EventData(type="incident.acknowledged", schema_version=2, payload=b"{}"),),
            metadata=AT_THE_DESK,
        )
    )


async def test_the_timeline_halts_at_the_event_and_the_board_quarantines_its_incident(
    database: Database, log: PostgresLog, reader: asyncpg.Connection
) -> None:
    before, after = story(1001), story(1002)
    await tell(log, incident_stream(before.incident_id), before.declared())
    await written_by_a_newer_program(log, before)
    await tell(log, incident_stream(after.incident_id), after.declared())
    async with projector(database) as runner:
        while await runner.step():
            pass
    standing = {one.name: one for one in await lag(reader)}
    assert (standing["timeline"].state, standing["timeline"].events) == ("halted", 2)
    quarantining = {name for name, one in standing.items() if one.quarantined}
    assert {"incident_board", "incident_detail"} <= quarantining
    assert "timeline" not in quarantining
    quarantined = await find_incident(reader, before.incident_id)
    assert quarantined is not None
    assert quarantined.acknowledged_at is None
    assert await find_incident(reader, after.incident_id) is not None


async def test_no_command_is_decided_on_half_a_history(log: PostgresLog) -> None:
    told = story()
    await tell(log, incident_stream(told.incident_id), told.declared())
    await written_by_a_newer_program(log, told)
    with pytest.raises(EventTooNew, match="version 2"):
        await handle(
            log,
            incident_decider,
            incident_stream(told.incident_id),
            AcknowledgeIncident(actor=ADA, at=now()),
            command_id=uuid4(),
            request_digest=DIGEST,
            metadata=METADATA,
        )
    assert await log.head() == 2
