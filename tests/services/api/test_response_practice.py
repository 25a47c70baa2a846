"""How responses kept to the practice, over HTTP; nothing private is in it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from events.ids import IncidentId
from events.incident.phases import Phase, PhaseDeadline
from events.log.postgres import PostgresLog
from tests.projections.metrics.histories import Life
from tests.projections.stories import Story, at
from tests.services.api.test_configuration_reads import admin, projecting
from tests.services.api.test_incident_metrics import Q1, live, usual

__all__ = ["admin", "projecting"]  # fixtures

pytestmark = pytest.mark.stack

PATH = "/v1/metrics/response"
FIVE = PhaseDeadline(phase=Phase.RESPONSE, within=timedelta(minutes=5))


async def asked(client: AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await client.get(PATH, params=Q1 | query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_responses_come_to_phases_updates_and_pages(
    admin: AsyncClient, log: PostgresLog
) -> None:
    await usual(log)
    life = Life(number=5)
    story = Story(IncidentId(life.incident_id), "INC-5")
    position = await live(
        *(log, 5, replace(life.declared(0), deadlines=(FIVE,))),
        *(story.advanced(Phase.DETECTION, Phase.RESPONSE, 3), story.update_published()),
        *(replace(story.update_published(), number=2, published_at=at(40)), life.resolved(60)),
    )
    found = await asked(admin, after_position=position)
    assert found["incidents"] == 4, "the drill is none"
    response = found["phases"]["response"]
    assert (response["reached"], response["median_seconds"]) == (1, 180)
    assert (response["with_deadline"], response["in_time"]) == (1, 1)
    assert found["status_updates"] == {"kept": 0, "late": 1, "missed": 0}
    assert (await asked(admin, service="search"))["incidents"] == 1


async def test_a_private_incident_is_in_no_number_of_responses(
    admin: AsyncClient, log: PostgresLog
) -> None:
    before = await asked(admin, after_position=await usual(log))
    secret = Life(number=6)
    position = await live(log, 6, secret.declared(50), secret.privacy(50, so_declared=True))
    assert await asked(admin, after_position=position) == before
    assert (await admin.get(PATH, params={"as_of": "1"})).status_code == 422
    assert (await admin.get(PATH, params={"team": "nobodys"})).status_code == 422
