"""What the how-to types on the command line is what the API takes."""

import asyncio
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from events.configuration.api_key import ApiScope
from services.api.dependencies import Dependencies
from services.cli.__main__ import application
from services.cli.remote import Remote
from tests.house.tree import ROOT
from tests.services.api.key_holders import holder_of
from tests.services.api.serving import served

app = application(())

PAGE = (ROOT / "docs" / "how-to" / "set-up-a-team.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r'^tocsin ((?:"[^"]*"|[^#\n])+)', PAGE, re.MULTILINE)
CEM = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]


def words_of(command: str) -> list[str]:
    """Return the words of a command as a shell takes them apart."""
    return [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command)]


async def test_a_team_is_set_up_with_the_commands_of_the_how_to(
    dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    holder = await holder_of(dependencies.log, ApiScope.ADMIN)
    key = holder["Authorization"].removeprefix("Bearer ")
    (tmp_path / "cem.yaml").write_text(CEM)
    monkeypatch.chdir(tmp_path)
    typed = [*map(words_of, COMMANDS), words_of("responder set cem --file cem.yaml")]
    assert len(typed) == 8
    async with served(dependencies) as (host, port):
        with Remote(f"http://{host}:{port}", key) as remote:
            monkeypatch.setattr(Remote, "from_environment", lambda *_: remote)
            for words in typed:
                if words[0] != "page-test":  # it would send
                    told = await asyncio.to_thread(CliRunner().invoke, app, words)
                    assert told.exit_code == 0, (words, told.output, told.exception)
                    assert re.search(r"^(Set|Added) ", told.output, re.MULTILINE)
                    assert "! Level" not in told.output, "somebody on each level can be paged"
