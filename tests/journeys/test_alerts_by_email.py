"""A real Alertmanager that can send nothing but mail pages, with the how-to's configuration."""

import re
from pathlib import Path

import pytest

from services.stack.stack import Stack
from tests.journeys.alertmanager_process import configured_alertmanager
from tests.journeys.team import Team
from tests.journeys.test_a_real_alertmanager import alert, opened

pytestmark = [pytest.mark.stack, pytest.mark.journey]

HOW_TO = Path("docs/how-to/send-alerts-by-email.md").read_text()


async def test_a_mail_of_alertmanager_pages_and_its_next_one_ends_the_alert(
    team: Team, system: Stack, tmp_path: Path
) -> None:
    body = {"name": "Alertmanager", "service_id": team.service}
    made = (await team.post("/v1/integrations", body)).json()
    (shown,) = re.findall(r"```yaml\n(.*?)```", HOW_TO, re.DOTALL)
    for pattern, here in (
        (r"127.0.0.1:8025", f"127.0.0.1:{system.mail_port}"),
        (r"tocsin-ID\S+", made["mail_addresses"]["any_sender"]),
        (r"group_wait: \S+", "group_wait: 200ms"),
        (r"group_interval: \S+", "group_interval: 1s"),
    ):
        shown, changed = re.subn(pattern, here, shown)
        assert changed == 1, pattern
    async with configured_alertmanager(tmp_path, shown) as manager:
        await manager.hears([alert("DiskFull", team.name)])
        incident = await opened(team, "[FIRING:1]")
        await team.happens(incident["reference"], "page.level_reached")
        await manager.hears([alert("DiskFull", team.name, ended=True)])
        await team.sees(incident["reference"], lambda one: one["open_alerts"] == 0)
        assert await manager.failures("email") == 0
