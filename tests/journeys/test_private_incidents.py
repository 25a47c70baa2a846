"""A private incident over the whole system: its members work on it, and nobody else hears of it."""

import re
from contextlib import AsyncExitStack

import pytest

from services.stack.stack import Stack
from tests.fakes.mail_server import MailServer
from tests.journeys.team import Team
from tests.journeys.test_paging_and_answers import mail_to

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def key_of(team: Team, responder_id: str) -> str:
    body = {"name": responder_id, "scopes": ["responder"], "responder_id": responder_id}
    answer = await team.post("/v1/api-keys", body)
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["key"]
    return key


async def test_whoever_is_paged_for_a_private_incident_sees_it_and_nobody_else_does(
    system: Stack, team: Team, mail: MailServer
) -> None:
    body = {"title": "Payroll copied", "service_id": team.service, "private": True}
    declared = (await team.post("/v1/incidents", body)).json()
    reference = declared["reference"]
    text = await mail_to(mail, team.ada)
    await team.happens(reference, "page.level_reached")
    async with AsyncExitStack() as lines:
        ada, grace = [
            await lines.enter_async_context(Team.at(system, await key_of(team, who)))
            for who in (team.ada, team.grace)
        ]
        seen = await ada.sees(reference, lambda one: one["private"])
        assert seen["members"] == [team.ada]
        assert await grace.incident(reference) is None
        assert reference not in str(await grace.get("/v1/incidents", service_id=team.service))

        link = re.search(r"https?://\S+/ack/[\w.~-]+", text)
        assert link is not None
        assert (await ada.http.post(link.group())).status_code == 200
        await team.happens(reference, "incident.acknowledged")
        refused = await grace.give(reference, "acknowledgement")
        assert (refused.status_code, refused.json()["code"]) == (404, "incident-not-found")

        let_in = await ada.give(reference, "members", {"responder_id": team.grace})
        assert let_in.status_code == 200, let_in.text
        await grace.sees(reference, lambda one: team.grace in one["members"])
        assert "incident.member_added" in await grace.happened(reference)
