"""What one integration opens beyond what people can look at is one incident, on the real log."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from events.alert_storm.events import AlertStormDetected
from events.configuration.api_key import ApiScope
from events.incident.description.events import IncidentDescribed
from events.incident.events import IncidentResolved
from events.service.alert_handling import STORM_ABOVE
from projections.incidents.detail import find_incident_detail
from projections.incidents.timeline import read_timeline
from projections.practice.alert_storms import storms_going_on
from services.projector.alerts.calming import Calming
from tests.eventually import eventually
from tests.projections.stories import catch_up
from tests.servers import Database
from tests.services.api.intake.every_door import EVERY_DOOR, EveryDoor
from tests.services.api.intake.monitor import incident_lives
from tests.services.api.intake.test_alert_life import Place, place
from tests.services.api.key_holders import holder_of

pytestmark = pytest.mark.stack
__all__ = ["place"]

STORM = 200
PAGERDUTY = EVERY_DOOR[0]
SINGLE = [one for one in EVERY_DOOR if one.name in {"pagerduty-v2", "opsgenie", "generic"}]


async def detected_in(place: Place) -> AlertStormDetected:
    events = (await place.story()).events
    (detected,) = (one for one in events if isinstance(one, AlertStormDetected))
    return detected


@pytest.mark.parametrize("door", SINGLE, ids=lambda one: one.name)
async def test_a_storm_of_single_alerts_is_one_incident_once_it_is_known(
    place: Place, door: EveryDoor
) -> None:
    for few in (range(start, start + 20) for start in range(0, STORM, 20)):
        await asyncio.gather(*(place.say(door, f"disk-{one}") for one in few))
        place.now += timedelta(seconds=1)

    async def all_taken() -> bool:  # in a storm, messages are answered once they are kept
        return len({one.alert_id for one in await place.alerts()}) == STORM

    await eventually("every alert is taken", all_taken)
    story, alerts, detected = await place.story(), await place.alerts(), await detected_in(place)
    assert len(story.incidents) == STORM_ABOVE + 1
    in_storm = [one for one in alerts if one.incident_id == detected.incident_id]
    assert len(in_storm) == STORM - STORM_ABOVE
    (declared,) = (one for one in story.incidents if one.incident_id == detected.incident_id)
    assert declared.title.startswith("Alert storm: more than 10 incidents a minute from ")
    assert not [one for one in story.events if isinstance(one, IncidentDescribed)]
    assert len(await place.waiting(detected.incident_id)) <= 1  # not one for each of them


async def test_a_storm_is_seen_and_ends_when_it_calms_down(
    place: Place, database: Database
) -> None:
    place.since = place.now = datetime.now(UTC) - timedelta(minutes=1)
    for one in range(30):
        await place.say(PAGERDUTY, f"disk-{one}")
    detected = await detected_in(place)
    await catch_up(database)
    assert await Calming(place.log).step() == 0
    async with place.log.database.connection() as reader:
        assert [one.number for one in await storms_going_on(reader)] == [1]
        shown = await find_incident_detail(reader, detected.incident_id)
    assert shown is not None
    assert shown.row.storm is not None
    assert (shown.row.storm.alerts, len(shown.alerts)) == (20, 20)
    headers = await holder_of(place.log, ApiScope.ADMIN)
    metrics = (await place.http.get("/metrics", headers=headers)).text
    assert f'tocsin_alert_storms{{integration="{detected.integration_id}"}} 1.0' in metrics

    at_once = Calming(place.log, timedelta(seconds=1))
    assert await at_once.step() == 1
    await catch_up(database)
    assert await at_once.step() == 0
    async with place.log.database.connection() as reader:
        timeline = await read_timeline(reader, detected.incident_id)
    assert "The alert storm is over after 20 alerts." in [one.sentence for one in timeline]
    place.now += timedelta(minutes=5)
    await place.say(PAGERDUTY, "disk-1000")
    assert (await place.alerts())[-1].incident_id != detected.incident_id


async def test_a_storm_goes_on_in_one_new_incident_once_people_resolved_its_first(
    place: Place,
) -> None:
    for one in range(20):
        await place.say(PAGERDUTY, f"disk-{one}")
    before, detected = await place.story(), await detected_in(place)
    resolved = IncidentResolved(
        incident_id=detected.incident_id,
        summary="Fixed",
        resolved_by="responder:ada",
        resolved_at=place.now,
    )
    await incident_lives(place.log, detected.incident_id, resolved)
    for one in range(20, 40):
        await place.say(PAGERDUTY, f"disk-{one}")
    assert len((await place.story()).incidents) == len(before.incidents) + 1


async def test_a_service_may_have_no_storms(place: Place) -> None:
    headers = await holder_of(place.log, ApiScope.ADMIN)
    answer = await place.http.put(
        "/v1/services/checkout/alert-handling",
        json={"alert_handling": {"storm_above": None}},
        headers=headers,
    )
    assert answer.status_code == 200
    for one in range(15):
        await place.say(PAGERDUTY, f"disk-{one}")
    assert len((await place.story()).incidents) == 15
