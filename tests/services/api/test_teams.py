"""A team is set over HTTP and read back; what leaves it without a manager is said at once."""

import pytest
from httpx import AsyncClient

from tests.services.api.test_configuration import ADA
from tests.services.api.test_configuration_reads import admin, projecting

__all__ = ["admin", "projecting"]
pytestmark = pytest.mark.stack


async def test_a_team_is_set_and_read_back(admin: AsyncClient) -> None:
    for who in ("ada", "ben"):
        await admin.put(f"/v1/responders/{who}", json=ADA)
    members = [{"responder_id": "ada", "manager": True}, {"responder_id": "ben"}]
    set_now = await admin.put("/v1/teams/payments", json={"name": "Payments", "members": members})
    assert set_now.json()["warnings"] == []
    after = {"after_position": set_now.headers["Tocsin-Position"]}
    shown = await admin.get("/v1/teams/payments", params=after)
    assert shown.json()["members"] == [
        {"responder_id": "ada", "manager": True},
        {"responder_id": "ben", "manager": False},
    ]
    (listed,) = (await admin.get("/v1/teams", params=after)).json()["teams"]
    assert listed == shown.json()


async def test_a_team_has_a_zone_once_it_is_given_one(admin: AsyncClient) -> None:
    team = {"name": "Payments", "members": []}
    for zone in (None, "Europe/Berlin"):
        put = await admin.put("/v1/teams/payments", json=team | ({"zone": zone} if zone else {}))
        after = {"after_position": put.headers["Tocsin-Position"]}
        assert (await admin.get("/v1/teams/payments", params=after)).json()["zone"] == zone
    refused = await admin.put("/v1/teams/payments", json={**team, "zone": "Mars/Base"})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown-zone")
    assert refused.json()["field"] == "zone"


async def test_a_team_that_nobody_manages_is_a_warning(admin: AsyncClient) -> None:
    await admin.put("/v1/responders/ben", json=ADA)
    unmanaged = {"name": "Payments", "members": [{"responder_id": "ben"}]}
    answer = await admin.put("/v1/teams/payments", json=unmanaged)
    assert answer.json()["warnings"] == [
        "Nobody manages team payments: make one of its members a manager."
    ]


async def test_a_member_whom_nobody_knows_is_refused_by_name(admin: AsyncClient) -> None:
    unknown = {"name": "Payments", "members": [{"responder_id": "nobody-at-all"}]}
    refused = await admin.put("/v1/teams/payments", json=unknown)
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {"field": "body.members.0.responder_id", "reason": "No such responder: nobody-at-all."}
    ]
