"""At every door an alert lives the same life, on the real log: open once, ended, and anew."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient

from events.alert.events import AlertResolved, AlertTriggered
from events.configuration.api_key import ApiScope
from events.ids import IncidentId
from events.incident.events import IncidentAcknowledged, IncidentResolved
from events.log.intake.alert_news import heard_of
from events.log.postgres import PostgresLog
from events.log.queues.inbox import PostgresInbox
from services.api.app import create_app
from services.api.dependencies import Dependencies
from services.intake.openings import Openings
from tests.services.api.intake.every_door import EVERY_DOOR, EveryDoor
from tests.services.api.intake.monitor import Story, incident_lives, story_of
from tests.services.api.intake.test_alertmanager_route import monitor_at
from tests.services.api.key_holders import holder_of
from workflows.ids import incident_workflow_id

pytestmark = pytest.mark.stack

BEGAN = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
every_door = pytest.mark.parametrize("door", EVERY_DOOR, ids=lambda one: one.name)


@dataclass
class Place:
    """An API on the real log, an integration of it, and the time."""

    http: AsyncClient
    log: PostgresLog
    key: str = ""
    now: datetime = BEGAN
    since: datetime = BEGAN  # what fires began

    async def say(self, door: EveryDoor, dedup_key: str, *, firing: bool = True) -> None:
        times = (self.since, self.now)
        answer = await door.say(self.http, self.key, dedup_key, firing=firing, times=times)
        for _ in range(50):  # a busy machine says 503, and senders say it again
            if answer.status_code == 503:
                answer = await door.say(self.http, self.key, dedup_key, firing=firing, times=times)
        assert answer.is_success, answer.text

    async def story(self) -> Story:
        return await story_of(self.log)

    async def alerts(self) -> list[AlertTriggered]:
        return [one for one in (await self.story()).events if isinstance(one, AlertTriggered)]

    async def ends(self) -> list[AlertResolved]:
        return [one for one in (await self.story()).events if isinstance(one, AlertResolved)]

    async def waiting(self, incident_id: UUID) -> list[Any]:
        inbox = PostgresInbox(self.log.database)
        return await inbox.waiting(incident_workflow_id(IncidentId(incident_id)))


@pytest.fixture
async def place(dependencies: Dependencies, log: PostgresLog) -> AsyncIterator[Place]:
    there: list[Place] = []
    real = replace(
        dependencies,
        log=log,
        database=log.database,
        inbox=PostgresInbox(log.database),
        openings=Openings(),
        note=partial(heard_of, log.database),
        clock=lambda: there[0].now if there else BEGAN,
    )
    transport = ASGITransport(create_app(real))
    async with AsyncClient(transport=transport, base_url="http://tocsin") as http:
        there.append(Place(http=http, log=log))
        path, _ = await monitor_at(http, real)
        del http.headers["Authorization"]
        there[0].key = path.split("/")[3]
        yield there[0]


@every_door
async def test_an_alert_that_is_said_again_is_one_alert(place: Place, door: EveryDoor) -> None:
    for _ in range(3):
        await place.say(door, "db-1")
        place.now += timedelta(minutes=1)
    (alert,) = await place.alerts()
    assert [one.incident_id for one in (await place.story()).incidents] == [alert.incident_id]


@every_door
async def test_equal_keys_at_the_same_moment_are_one_alert(place: Place, door: EveryDoor) -> None:
    await asyncio.gather(*(place.say(door, "db-1") for _ in range(12)))
    assert len(await place.alerts()) == 1
    assert len((await place.story()).incidents) == 1


@every_door
async def test_nobody_is_asked_again_while_somebody_has_it(place: Place, door: EveryDoor) -> None:
    await place.say(door, "db-1")
    (alert,) = await place.alerts()
    acknowledged = IncidentAcknowledged(
        incident_id=alert.incident_id,
        acknowledged_by="responder:ada",
        acknowledged_at=place.now,
        page_id=None,
    )
    await incident_lives(place.log, alert.incident_id, acknowledged)
    place.now += timedelta(minutes=1)
    await place.say(door, "db-1")
    assert not await place.waiting(alert.incident_id)
    assert len(await place.alerts()) == 1


@every_door
async def test_its_end_ends_it_and_what_fires_then_is_a_new_one(
    place: Place, door: EveryDoor
) -> None:
    await place.say(door, "db-1")
    place.now += timedelta(minutes=2)
    await place.say(door, "db-1", firing=False)
    assert len(await place.ends()) == 1
    place.since = place.now = place.now + timedelta(minutes=2)
    await place.say(door, "db-1")
    first, second = await place.alerts()
    assert first.alert_id == second.alert_id
    assert first.incident_id == second.incident_id  # it is not over yet
    place.now += timedelta(minutes=2)
    await place.say(door, "db-1", firing=False)
    resolved = IncidentResolved(
        incident_id=first.incident_id,
        summary="Fixed",
        resolved_by="responder:ada",
        resolved_at=place.now,
    )
    await incident_lives(place.log, first.incident_id, resolved)
    place.since = place.now = place.now + timedelta(minutes=2)
    await place.say(door, "db-1")
    assert len({one.incident_id for one in await place.alerts()}) == 2


@every_door
async def test_the_end_of_what_nobody_has_heard_of_changes_nothing(
    place: Place, door: EveryDoor
) -> None:
    await place.say(door, "db-1", firing=False)
    assert not await place.alerts()
    assert not (await place.story()).incidents


@every_door
async def test_a_repeat_is_news_where_alerts_end_by_silence(place: Place, door: EveryDoor) -> None:
    headers = await holder_of(place.log, ApiScope.ADMIN)
    handling = {"alert_handling": {"auto_resolve_after_seconds": 3_600}}
    path = "/v1/services/checkout/alert-handling"
    assert (await place.http.put(path, json=handling, headers=headers)).status_code == 200
    await place.say(door, "db-1")
    place.now += timedelta(minutes=30)
    await place.say(door, "db-1")
    rows = await place.log.database.fetch("select heard_at from es.alert_news")
    assert [row["heard_at"] for row in rows] == [place.now]
