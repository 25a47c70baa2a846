"""Start-up progress: lines at the terminal with the seconds so far."""

import sys
import time
from collections.abc import Callable

type Say = Callable[[str], None]


def speaker() -> Say:
    """Return a function that prints one line with the seconds since now in front."""
    started = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - started:6.1f} s  {line}", file=sys.stderr, flush=True)

    return say


def silent(_line: str) -> None:
    """Say nothing: for tests and for stacks inside other programs."""
