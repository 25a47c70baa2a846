"""Reach of the people of a schedule: who has too few ways to be paged is named when it is set."""

import pytest
from httpx import AsyncClient

from tests.services.api.test_configuration import policy
from tests.services.api.test_configuration_reads import admin, projecting
from tests.services.api.test_reach import MAIL, people, warned
from tests.services.api.test_schedules import daily

__all__ = ["admin", "projecting"]
pytestmark = pytest.mark.stack


async def test_who_has_too_few_ways_is_named_by_the_policy_and_the_schedule_that_pages_them(
    admin: AsyncClient,
) -> None:
    push = {"channel": "push", "address": "https://ntfy.sh/cem-1"}
    await people(admin, ada=[MAIL], ben=[MAIL, MAIL], cem=[MAIL, push], dan=[MAIL], eve=[MAIL])
    room = {"name": "Room", "kind": "channel", "contact_methods": [MAIL]}
    await admin.put("/v1/responders/room", json=room)
    members = [{"responder_id": "ben"}, {"responder_id": "cem"}]
    await admin.put("/v1/teams/payments", json={"name": "Payments", "members": members})
    rota = daily("dan", "cem")
    shadow = daily("eve")["layers"][0] | {"layer_id": "learning", "shadow": True}
    rota["layers"].append(shadow)
    of_schedule = await warned(admin, "/v1/schedules/payments", rota)
    assert of_schedule == [
        "Only one way leads to dan: add contact methods with another address.",
        "No contact method is verified of dan and cem: send a code over each of them.",
    ]
    body = policy("ada", "room")
    targets = [{"team_id": "payments"}, {"schedule_id": "payments"}, {"responder_id": "room"}]
    body["levels"][1]["targets"] = targets
    assert await warned(admin, "/v1/escalation-policies/night", body) == [
        "Only one way leads to ada, ben and dan: add contact methods with another address.",
        "No contact method is verified of ada, ben, cem and dan: send a code over each of them.",
    ]


async def test_of_many_people_with_too_few_ways_ten_are_named(admin: AsyncClient) -> None:
    names = [f"p{number:02}" for number in range(13)]
    await people(admin, **{one: [MAIL] for one in names})
    told = await warned(admin, "/v1/schedules/payments", daily(*names))
    assert "p08, p09 and 3 more" in told[0]
    assert "p10" not in told[0]
