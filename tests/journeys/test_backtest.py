"""A changed policy and a changed schedule are tried from a terminal on what really happened."""

import json
from pathlib import Path

import pytest

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.fakes.mail_server import MailServer
from tests.journeys.team import Team
from tests.journeys.test_escalation_policies import level, mailed, pages_by, responder
from tests.journeys.test_fallback_pager import about
from tests.journeys.test_schedules import alternating
from tests.journeys.test_the_command_line import tocsin

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_a_change_is_tried_on_a_real_incident_and_pages_nobody(
    system: Stack, team: Team, mail: MailServer, tmp_path: Path
) -> None:
    policy, schedule = (
        f"/v1/{noun}/{team.service}" for noun in ("escalation-policies", "schedules")
    )
    await team.put(schedule, alternating(team.ada))
    await pages_by(team, level({"schedule_id": team.service}))
    reference = (await team.declare())["reference"]
    [first] = await mailed(mail, reference, 1)
    assert first == team.ada
    await team.give(reference, "acknowledgement", by=team.ada)
    await team.happens(reference, "page.acknowledged")
    saved = [await team.get(path) for path in (policy, schedule)]

    async def tried(noun: str, file: Path, told: str) -> str:
        """Return what a backtest says, once it has seen the page and its answer."""

        async def look() -> str | None:
            words = (noun, "backtest", team.service, "--file", str(file))
            code, said, complained = await tocsin(system, *words)
            assert (code, complained) == (0, "")
            return said if told in said else None

        return await eventually(f"the backtest of {noun} tells {told}", look)

    file = tmp_path / "payments-policy.yaml"
    file.write_text(json.dumps({"name": "On call", "levels": [level(responder(team.grace))]}))
    said = await tried("policies", file, reference)
    assert "1 incidents, 1 of them paged differently, 1 with somebody else first" in said
    [row] = [line for line in said.splitlines() if reference in line]
    assert row.index(team.ada) < row.index(team.grace)
    file = tmp_path / "primary.yaml"
    file.write_text(json.dumps(alternating(team.grace)))
    said = await tried("schedules", file, reference)
    [row] = [line for line in said.splitlines() if reference in line]
    assert row.index(team.ada) < row.index(team.grace)

    assert [await team.get(path) for path in (policy, schedule)] == saved
    assert (await team.happened(reference)).count("page.level_reached") == 1
    assert not [one for one in about(mail, reference) if team.grace in str(one["to"])]
