"""Temporal is gone, and somebody is called all the same."""

import asyncio
import re
from email.message import EmailMessage

import pytest

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.fakes.mail_server import MailServer
from tests.journeys.freezing import frozen
from tests.journeys.team import Team, workflow_of
from tests.journeys.test_paging_and_answers import mail_to
from tests.workflows.resting import idles

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_while_temporal_is_frozen_the_primary_is_paged_and_her_answer_counts(
    team: Team, mail: MailServer, system: Stack
) -> None:
    assert system.temporal is not None
    with frozen(system.temporal.running.pid):
        declared = await team.declare("Declared while Temporal is frozen")
        async with asyncio.timeout(45):
            text = await mail_to(mail, team.ada)
        found = re.search(r"https?://\S+/ack/[\w.~-]+", text)
        assert found is not None
        pressed = await team.http.post(found.group())
        assert (pressed.status_code, "Your answer is accepted" in pressed.text) == (202, True)

    happened = await team.happens(declared["reference"], "page.acknowledged")
    assert happened.count("incident.acknowledged") == 1
    assert [one for one in happened if one.startswith(("page.", "delivery."))] == [
        "page.started",
        "page.level_reached",
        "delivery.sent",
        "page.acknowledged",
    ]
    mailed = [str(one["to"]) for one in mail.mails if declared["reference"] in str(one["subject"])]
    assert len(mailed) == 1
    assert team.ada in mailed[0]


async def test_while_every_worker_is_frozen_and_temporal_answers_a_page_on_its_way_is_sent_once(
    team: Team, mail: MailServer, system: Stack
) -> None:
    await team.settle(escalation_timeout_seconds=600)
    mail.hang_in = "rcpt"
    declared = await team.declare("Declared while the mail server hangs")
    await team.happens(declared["reference"], "page.level_reached")
    ada = f"{team.ada}@example.com"
    await eventually("the worker talks to the mail server", lambda: ada in mail.asked)
    with frozen(system.services["worker"].pid):
        mail.hang_in = None

        async def told() -> bool:
            ready = (await team.http.get("/health/ready")).json()
            said = "workers: none has been heard of for "
            return any(one.startswith(said) for one in ready["degraded"])

        await eventually(
            "the page is mailed", lambda: bool(about(mail, declared["reference"])), within=75
        )
        await eventually("readiness tells of the silent workers", told, within=40)

    happened = await team.happens(declared["reference"], "delivery.sent")
    assert "page.timed_out" not in happened
    await idles(await workflow_of(system, declared))  # the worker went on, and nothing is left
    assert len(about(mail, declared["reference"])) == 1


def about(mail: MailServer, reference: str) -> list[EmailMessage]:
    """Return the mails about one incident: what earlier tests left may arrive as well."""
    return [one for one in mail.mails if reference in str(one["subject"])]
