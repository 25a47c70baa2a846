"""A role changes hands when both sides say so, and never falls between two people."""

import pytest

from services.stack.stack import Stack
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_the_commander_stays_until_the_next_one_accepts(system: Stack, team: Team) -> None:
    declared = await team.declare()
    path = f"/v1/incidents/{declared['reference']}"
    taken = await team.post(f"{path}/roles/commander", {"responder_id": team.ada}, by=team.ada)
    assert taken.status_code == 200, taken.text

    offered = await team.post(
        f"{path}/roles/commander/offer", {"to_responder_id": team.grace}, by=team.ada
    )
    assert offered.status_code == 200, offered.text
    waiting = await team.get(path, after_position=offered.json()["position"])
    assert waiting["roles"] == {"commander": team.ada}
    assert waiting["role_offers"] == {"commander": team.grace}

    accepted = await team.post(f"{path}/roles/commander/offer/acceptance", by=team.grace)
    assert accepted.status_code == 200, accepted.text
    after = await team.get(path, after_position=accepted.json()["position"])
    assert after["roles"] == {"commander": team.grace}
    assert after["role_offers"] == {}

    # The tests' key is an admin's; in somebody's name it has no more rights than they have.
    lost = {"reason": "Grace lost power"}
    waiting = await team.post(f"{path}/takeover", lost, by=team.ada)
    assert waiting.json()["code"] == "commander-present"
    key = {"name": "Ada's", "scopes": ["admin"], "responder_id": team.ada}
    made = await team.post("/v1/api-keys", key)
    async with Team.at(system, made.json()["key"]) as ada:
        replaced = await ada.post(f"{path}/takeover", lost)
    assert replaced.status_code == 200, replaced.text
    assert "incident.commander_overridden" in await team.happens(
        declared["reference"], "incident.commander_overridden"
    )
