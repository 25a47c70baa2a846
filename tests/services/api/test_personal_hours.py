"""A person's hours are theirs to say, and everybody reads them with the person."""

import pytest
from httpx import AsyncClient

from events.configuration.api_key import ApiScope
from events.ids import ResponderId
from events.log.postgres import PostgresLog
from tests.services.api.key_holders import holder_of
from tests.services.api.test_configuration import ADA
from tests.services.api.test_configuration_reads import admin, projecting

__all__ = ["admin", "projecting"]  # fixtures

pytestmark = pytest.mark.stack

PATH = "/v1/responders/ada/hours"
BERLIN = {"zone": "Europe/Berlin", "sleep_begins": "23:00:00", "sleep_ends": "07:00:00"}


async def test_a_person_says_their_hours_and_they_are_read_with_the_person(
    admin: AsyncClient, log: PostgresLog
) -> None:
    await admin.put("/v1/responders/ada", json=ADA)
    before = await admin.get("/v1/responders/ada", params={"after_position": await log.head()})
    assert before.json()["hours"] is None
    ada = await holder_of(log, ApiScope.RESPONDER, responder_id=ResponderId("ada"))
    said = await admin.put(PATH, json=BERLIN, headers=ada)
    assert said.status_code == 200, said.text
    query = {"after_position": said.headers["Tocsin-Position"]}
    after = await admin.get("/v1/responders/ada", params=query)
    assert after.json()["hours"] == BERLIN | {
        "work_days": [1, 2, 3, 4, 5],
        "work_begins": "08:00:00",
        "work_ends": "18:00:00",
    }
    renamed = await admin.put(
        "/v1/responders/ada", json=ADA, headers={"If-Match": after.headers["ETag"]}
    )
    assert renamed.status_code == 200, "to say hours makes no stale version of the person"
    kept = await admin.get("/v1/responders/ada", params={"after_position": await log.head()})
    assert kept.json()["hours"]["zone"] == "Europe/Berlin"


async def test_hours_that_cannot_be_name_the_field_and_nobody_says_those_of_others(
    admin: AsyncClient, log: PostgresLog
) -> None:
    await admin.put("/v1/responders/ada", json=ADA)
    nowhere = await admin.put(PATH, json={"zone": "Europe/Atlantis"})
    assert nowhere.status_code == 422
    assert "zone: Europe/Atlantis is not a time zone" in nowhere.text
    overlapping = await admin.put(PATH, json=BERLIN | {"work_begins": "06:00:00"})
    assert overlapping.status_code == 422
    assert "overlap" in overlapping.text
    bob = await holder_of(log, ApiScope.RESPONDER, responder_id=ResponderId("bob"))
    assert (await admin.put(PATH, json=BERLIN, headers=bob)).status_code == 403
    assert (await admin.put("/v1/responders/nobody/hours", json=BERLIN)).status_code == 404
