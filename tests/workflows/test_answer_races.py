"""Answers that race the page they are about: none is overtaken by a message."""

import asyncio
import os
from datetime import timedelta
from random import Random

import pytest

from events.ids import IncidentId, incident_stream, page_stream
from events.incident.commands import AcknowledgeIncident, DeclineIncident, IncidentCommand
from events.incident.snooze.commands import EndSnooze, SnoozeIncident
from tests.harness import ADA, ADMIN, now
from tests.workflows.conftest import Harness
from tests.workflows.resting import rests

pytestmark = pytest.mark.stack

RACES = int(os.environ.get("TOCSIN_RACES", "80"))
AT_ONCE = 8
SEED = 20261128
ANSWERED = {"incident.acknowledged", "incident.declined"}


@pytest.mark.timeout(60 + RACES)
async def test_nobody_is_paged_after_an_answer_however_close_the_two_are(harness: Harness) -> None:
    policy = await harness.policy("ada", "grace", escalation_timeout=0.2, repeats=1)
    random, room = Random(SEED), asyncio.Semaphore(AT_ONCE)
    races = [(random.uniform(0, 0.8), answer(random)) for _ in range(RACES)]

    async def race(pause: float, answered: IncidentCommand) -> IncidentId:
        async with room:
            incident_id = await harness.declare(policy)
            await asyncio.sleep(pause)
            await harness.give(incident_id, answered)
            if isinstance(answered, SnoozeIncident):  # else its end would be waited for
                await harness.give(incident_id, EndSnooze(actor=ADA, at=now()))
            return incident_id

    raced = await asyncio.gather(*(race(*one) for one in races))
    await asyncio.gather(*(rests(harness.incident(one)) for one in raced))
    assert [one for one in raced if await overtaken(harness, one)] == []
    assert harness.outbox.sent  # else no message had the chance


def answer(random: Random) -> IncidentCommand:
    if random.random() < 0.2:
        return DeclineIncident(reason="A test", actor=ADMIN, at=now())
    if random.random() < 0.3:
        return SnoozeIncident(until=now() + timedelta(hours=1), actor=ADA, at=now())
    return AcknowledgeIncident(actor=ADA, at=now())


async def overtaken(harness: Harness, incident_id: IncidentId) -> bool:
    """Say whether a message was meant after the answer was stored, or the page goes on."""
    incident = await harness.log.read_stream(incident_stream(incident_id))
    page = await harness.log.read_stream(page_stream(harness.page_of(incident_id)))
    answered = next(one.position for one in incident if one.type in ANSWERED)
    intended = [one.position for one in page if one.type == "page.level_reached"]
    ended = {one.type for one in page} & {"page.acknowledged", "page.stopped"}
    over = not page or ended or page[-1].type == "escalation.exhausted"
    return any(position > answered for position in intended) or not over
