"""The command line starts fast where somebody waits for it at night."""

import subprocess
import sys

import pytest

from services.cli.__main__ import application, commands_of

LOADED = """
import sys
from services.cli.__main__ import application
application(["ack", "INC-7"])
print(*sorted({"temporalio", "asyncpg", "fastapi"} & set(sys.modules)))
"""


def test_an_acknowledgement_does_not_wait_for_the_parts_that_it_does_not_need() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("words", [(), ("--help",), ("audit", "check"), ("nonsense",)])
def test_whoever_does_not_give_a_daily_command_is_shown_every_command(
    words: tuple[str, ...],
) -> None:
    assert {"ack", "replay", "up", "audit", "projections"} <= commands_of(application(words))
