"""Everything ends and starts again on the same data: incidents, timers and pages go on."""

from pathlib import Path

import pytest

from tests.fakes.mail_server import mail_server
from tests.journeys.conftest import whole_system
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_open_incidents_and_running_timers_survive_a_restart(tmp_path: Path) -> None:
    async with mail_server() as mail:
        async with whole_system(tmp_path, mail) as stack, Team.at(stack) as team:
            key, name = stack.api_key, team.name
            await team.settle(escalation_timeout_seconds=12, deadline_seconds=12)
            declared = await team.declare()
            await team.happens(declared["reference"], "delivery.sent")

        async with whole_system(tmp_path, mail) as stack, Team.at(stack, key) as team:
            team.name = name
            shown = await team.incident(declared["reference"])
            assert shown["title"] == "Checkout fails"
            await team.happens(declared["reference"], "incident.deadline_missed")
            happened = await team.happens(declared["reference"], "escalation.exhausted")
            assert happened.count("page.level_reached") == 2
            assert len(mail.mails) == 2
