"""Tests in several processes: which stay together, and which come first.

Every process has servers of its own, so a file stays in one process, and all journeys do: they
share a whole system. What takes longest comes first, so that no process ends long after the others.
"""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

JOURNEYS = "tests/journeys"


class ByFile(LoadFileScheduling):
    """Hands files out, and the journeys as if they were one."""

    def _split_scope(self, nodeid: str) -> str:
        return JOURNEYS if nodeid.startswith(JOURNEYS) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    """Have our way of handing out used for `--dist loadfile`.

    Ends the session when all processes would work on one Temporal.
    """
    if config.option.dist != "loadfile":
        return None
    if os.environ.get("TOCSIN_TEST_TEMPORAL_ADDRESS"):
        pytest.exit(
            "TOCSIN_TEST_TEMPORAL_ADDRESS names one server, on which several processes would take"
            " each other's work: run .venv/bin/pytest without -n",
            returncode=pytest.ExitCode.USAGE_ERROR,
        )
    config.option.loadscopereorder = False  # the order is that of `longest_first`
    return ByFile(config, log)


def longest_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the journeys, then the files with real servers, then what waits for nothing."""
    real: Counter[Path] = Counter(one.path for one in items if one.get_closest_marker("stack"))

    def rank(item: pytest.Item) -> tuple[bool, bool, int]:
        return (
            not item.nodeid.startswith(JOURNEYS),
            not real[item.path],
            -real[item.path],
        )

    return sorted(items, key=rank)
