"""Alerts by e-mail: a real Alertmanager pages by them, and none is lost that was answered."""

import asyncio
import os
import re
import signal
from pathlib import Path

import aiosmtplib
import pytest

from services.stack.stack import Stack
from tests.eventually import eventually
from tests.journeys.alertmanager_process import configured_alertmanager
from tests.journeys.team import Team
from tests.journeys.test_a_real_alertmanager import alert, opened

pytestmark = [pytest.mark.stack, pytest.mark.journey]

HOW_TO = Path("docs/how-to/send-alerts-by-email.md").read_text()


MAILS = 12


async def address_of(team: Team) -> str:
    body = {"name": "Mails", "service_id": team.service}
    made = (await team.post("/v1/integrations", body)).json()
    address: str = made["mail_addresses"]["any_sender"]
    return address


async def sent(port: int, address: str, subject: str) -> None:
    """Send a mail as a mail server does: again, until it is taken."""
    mail = f"Subject: {subject}\r\nMessage-ID: <{subject}@example.org>\r\n\r\nlate\r\n"
    while True:
        try:
            async with aiosmtplib.SMTP(
                hostname="127.0.0.1", port=port, start_tls=False, timeout=20
            ) as client:
                await client.sendmail("cron@example.org", [address], mail)
        except (aiosmtplib.SMTPException, OSError) as trouble:
            if getattr(trouble, "code", 400) >= 500:
                raise
        else:
            return
        await asyncio.sleep(0.2)


async def test_no_mail_is_lost_when_the_process_that_takes_it_is_killed(
    team: Team, system: Stack
) -> None:
    address = await address_of(team)
    each_for_itself = {"alert_handling": {"storm_above": None}}
    await team.put(f"/v1/services/{team.service}/alert-handling", each_for_itself)
    subjects = {f"{team.name} job {number}" for number in range(MAILS)}
    sending = asyncio.gather(*(sent(system.mail_port, address, one) for one in subjects))
    for _ in range(2):
        await asyncio.sleep(0.1)  # somewhere among the mails
        if pid := system.services["mail"].pid:
            os.kill(pid, signal.SIGKILL)
    await sending

    async def all_open() -> bool:
        answer = await team.get("/v1/incidents", service_id=team.service, limit=100)
        return sorted(one["title"] for one in answer["incidents"]) == sorted(subjects)

    await eventually("each mail is one incident", all_open)


async def test_a_mail_of_alertmanager_pages_and_its_next_one_ends_the_alert(
    team: Team, system: Stack, tmp_path: Path
) -> None:
    address = await address_of(team)
    (shown,) = re.findall(r"```yaml\n(.*?)```", HOW_TO, re.DOTALL)
    for pattern, here in (
        (r"127.0.0.1:8025", f"127.0.0.1:{system.mail_port}"),
        (r"tocsin-ID\S+", address),
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
