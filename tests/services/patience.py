"""Patience of tests: reads after a write, and commands, wait for a machine with other work."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import pytest

from services.access import reads, visibility
from services.temporal import gateway

SECONDS: Final = 30.0  # as long as `eventually` waits; where nothing is busy, nobody waits


@contextmanager
def patient_reads() -> Iterator[None]:
    """Wait where an impatient reader would be told 503 for want of a processor.

    How long people and monitors wait is the matter of tests of their own.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reads, "WAIT_SECONDS", SECONDS)
        patch.setattr(visibility, "WAIT_SECONDS", SECONDS)
        yield


@contextmanager
def patient_commands() -> Iterator[None]:
    """Wait for a worker's answer where an impatient caller would be told 202."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gateway, "ACCEPT_SECONDS", SECONDS)
        patch.setattr(gateway, "ANSWER_SECONDS", SECONDS)
        patch.setattr(gateway, "RPC_TIMEOUT", timedelta(seconds=SECONDS))
        yield
