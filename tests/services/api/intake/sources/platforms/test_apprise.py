"""Apprise, with the addresses that the how-to shows."""

import asyncio
import re
from pathlib import Path
from typing import Any

import apprise
import pytest
from httpx import AsyncClient

from services.api.dependencies import Dependencies
from tests.services.api.intake.doors import door_for
from tests.services.api.intake.monitor import story_of
from tests.services.api.serving import served

HOW_TO = Path("docs/how-to/move-from-goalert.md")
SHOWN = re.findall(r"```yaml\n(.*?)```", HOW_TO.read_text(), re.DOTALL)


@pytest.mark.parametrize(
    ("shown", "ends"),
    list(zip(SHOWN, [True, False], strict=True)),
    ids=["its GoAlert address", "its JSON address"],
)
async def test_a_failure_fires_once_and_a_success_ends_what_can_be_ended(
    client: AsyncClient, dependencies: Dependencies, shown: str, *, ends: bool
) -> None:
    key = (await door_for(client, dependencies, "goalert")).split("/")[3]

    def notify(configuration: str, kind: Any) -> bool:
        configured = apprise.AppriseConfig()
        assert configured.add_config(configuration, format="yaml")
        sender = apprise.Apprise()
        sender.add(configured)
        return bool(sender.notify(title="Backup of db-1 failed", body="no space", notify_type=kind))

    async with served(dependencies) as (host, port):
        configuration = shown.replace("KEY", key).replace("127.0.0.1:8080", f"{host}:{port}")
        for kind in (apprise.NotifyType.FAILURE, apprise.NotifyType.FAILURE):
            assert await asyncio.to_thread(notify, configuration, kind)
        story = await story_of(dependencies.log)
        assert [one.title for one in story.incidents] == ["Backup of db-1 failed"]
        assert len(story.open_alerts) == 1
        assert await asyncio.to_thread(notify, configuration, apprise.NotifyType.SUCCESS)
        assert len((await story_of(dependencies.log)).open_alerts) == (0 if ends else 1)
