"""The demonstration is a journey: what it prints is what the system does."""

from pathlib import Path

import pytest

from services.cli.demo.chapters import CHAPTERS
from services.cli.demo.scene import Scene
from services.cli.demo.sinks import sinks
from services.cli.remote import Remote
from services.stack.stack import running_stack

pytestmark = [pytest.mark.stack, pytest.mark.journey]


async def test_the_whole_story_is_seen_through_the_public_api(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with sinks() as taken:
        environment = {
            "TOCSIN_SMTP_PORT": str(taken.mail_port),
            "TOCSIN_WEBHOOK_ALLOW_PRIVATE": "true",
        }
        async with running_stack(tmp_path, environment=environment) as stack:
            with Remote(stack.api_url, stack.api_key) as remote:
                scene = Scene(remote=remote, sinks=taken, web_url=stack.web_url)
                for chapter in CHAPTERS:
                    await chapter(scene)
    said = capsys.readouterr().out
    assert f"{stack.web_url}/incidents/{scene.reference}" in said
