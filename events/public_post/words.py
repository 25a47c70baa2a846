"""States a public post puts an incident in, and what a component is for those who use it."""

from enum import StrEnum


class PublicState(StrEnum):
    """How far the response is, as customers are told; in the order of its course."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"

    @property
    def rank(self) -> int:
        """Return its place in the course."""
        return list(PublicState).index(self)


class ComponentStatus(StrEnum):
    """What a component is for customers; the worst last."""

    OPERATIONAL = "operational"
    DEGRADED_PERFORMANCE = "degraded_performance"
    PARTIAL_OUTAGE = "partial_outage"
    MAJOR_OUTAGE = "major_outage"

    @property
    def rank(self) -> int:
        """Return how bad it is."""
        return list(ComponentStatus).index(self)
