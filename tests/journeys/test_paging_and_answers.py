"""Who is paged, who is not any more, and how fast an answer counts."""

import asyncio
import re
from datetime import timedelta

import pytest

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.fakes.mail_server import MailServer
from tests.journeys.team import Team, workflow_of
from tests.workflows.resting import timers

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def mail_to(mail: MailServer, who: str) -> str:
    """Return the text of the first mail to a person, once it is here."""

    async def look() -> str | None:
        for one in mail.mails:
            body = one.get_body(("plain",))
            if who in str(one["to"]) and body is not None:
                return str(body.get_content())
        return None

    return await eventually(f"a mail to {who}", look)


async def test_a_declared_incident_pages_the_primary_within_seconds(
    team: Team, mail: MailServer
) -> None:
    declared = await team.declare()
    async with asyncio.timeout(10):
        text = await mail_to(mail, team.ada)
    assert declared["reference"] in text


async def test_the_link_in_a_page_counts_once_and_only_after_the_button(
    team: Team, mail: MailServer
) -> None:
    declared = await team.declare()
    text = await mail_to(mail, team.ada)
    found = re.search(r"https?://\S+/ack/[\w.~-]+", text)
    assert found is not None
    link = found.group()

    opened = await team.http.get(link)
    assert opened.status_code == 200
    assert "incident.acknowledged" not in await team.happened(declared["reference"])

    first = await team.http.post(link)
    again = await team.http.post(link)
    assert first.status_code == again.status_code == 200
    happened = await team.happens(declared["reference"], "page.acknowledged")
    assert happened.count("incident.acknowledged") == 1


async def test_an_acknowledgement_stops_escalation_within_seconds_while_a_provider_hangs(
    team: Team, mail: MailServer, system: Stack
) -> None:
    mail.hang_in = "data"
    declared = await team.declare()
    await team.happens(declared["reference"], "page.level_reached")
    workflow = await workflow_of(system, declared)

    async def escalates() -> bool:
        """Say whether the second level's time runs: half a minute, where deadlines have five."""
        return any(length < timedelta(minutes=1) for length in await timers(workflow))

    await eventually("the second level's time runs", escalates)
    answer = await team.give(declared["reference"], "acknowledgement", by=team.grace)
    assert answer.status_code == 200
    await team.happens(declared["reference"], "page.acknowledged", within=5)
    assert not await escalates()
    assert (await team.happened(declared["reference"])).count("page.level_reached") == 1


async def test_a_writer_reads_its_own_write(team: Team) -> None:
    declared = await team.declare()
    answer = await team.give(
        declared["reference"],
        "triage",
        {"impact": "complete_loss", "scope": "widespread"},
        by=team.ada,
    )
    shown = await team.get(
        f"/v1/incidents/{declared['reference']}", after_position=answer.json()["position"]
    )
    assert shown["severity"] == "SEV1"
    assert shown["version"] >= answer.json()["version"]
