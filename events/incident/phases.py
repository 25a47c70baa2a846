"""Phases of an incident, in their order, and the deadlines to reach them."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Phase(StrEnum):
    """Where the response stands; the order of the members is the order of the phases."""

    DETECTION = "detection"
    TRIAGE = "triage"
    RESPONSE = "response"
    MITIGATION = "mitigation"
    RESOLUTION = "resolution"
    POSTMORTEM = "postmortem"

    @property
    def rank(self) -> int:
        """Return the place in the order, 0 for detection."""
        return _ORDER.index(self)

    @property
    def following(self) -> "Phase | None":
        """Return the next phase, None after the last."""
        return _ORDER[self.rank + 1] if self.rank + 1 < len(_ORDER) else None


_ORDER = tuple(Phase)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseDeadline:
    """A phase must be reached within this time of the declaration."""

    phase: Phase
    within: timedelta


DEFAULT_DEADLINES = (
    # The first five minutes: somebody commands, roles are given, the response has begun.
    PhaseDeadline(phase=Phase.RESPONSE, within=timedelta(minutes=5)),
)
