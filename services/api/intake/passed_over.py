"""Passed over: a message that is no alert, and why; it is kept and changes nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A message that changes nothing, with the reason for whoever looks for it."""

    reason: str
    position: int = 0  # of the log, when it was passed over
