"""Temporal is gone, and somebody is called all the same."""

import asyncio
import re

import pytest

from services.stack.stack import Stack
from tests.fakes.mail_server import MailServer
from tests.journeys.freezing import frozen
from tests.journeys.team import Team
from tests.journeys.test_paging_and_answers import mail_to

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
        assert (pressed.status_code, "Your answer is kept" in pressed.text) == (202, True)

    happened = await team.happens(declared["reference"], "page.acknowledged")
    assert happened.count("incident.acknowledged") == 1
    assert [one for one in happened if one.startswith("page.")] == [
        "page.started",
        "page.level_reached",
        "page.sent",
        "page.acknowledged",
    ]
    mailed = [str(one["to"]) for one in mail.mails if declared["reference"] in str(one["subject"])]
    assert len(mailed) == 1
    assert team.ada in mailed[0]
