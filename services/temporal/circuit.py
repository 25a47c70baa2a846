"""Circuit breaker: after a row of failures nobody waits for what is down; a probe closes it."""

import time
from collections.abc import Callable
from typing import Final

FAILURES: Final = 5  # in a row
PAUSE_SECONDS: Final = 5.0  # between probes


class Circuit:
    """Circuit breaker: counts failures in a row; while open, it lets one call through a pause."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._probe_at = 0.0

    @property
    def is_open(self) -> bool:
        """Return whether calls are held back."""
        return self._failures >= FAILURES

    def lets_through(self) -> bool:
        """Return whether the caller may try; while open, every pause has one such caller."""
        if not self.is_open:
            return True
        if self._clock() < self._probe_at:
            return False
        self._probe_at = self._clock() + PAUSE_SECONDS  # also when the prober never reports back
        return True

    def succeeded(self) -> None:
        """Let everybody through again."""
        self._failures = 0

    def failed(self) -> None:
        """Count one failure; the row's last one opens the circuit."""
        self._failures += 1
        if self.is_open:
            self._probe_at = self._clock() + PAUSE_SECONDS
