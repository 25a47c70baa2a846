"""Heartbeat expectation: a heartbeat as it is defined now, and since when it is. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from events.configuration.heartbeat import HeartbeatDefined, HeartbeatEnded
from events.heartbeat.silence import Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is expected of a heartbeat in its present life."""

    defined: HeartbeatDefined
    since: datetime  # it was defined, after its end if it had one

    @property
    def expected(self) -> Expected:
        """Return what its pings are judged by."""
        return Expected(
            since=self.since,
            interval=timedelta(seconds=self.defined.interval_seconds),
            grace=timedelta(seconds=self.defined.grace_seconds),
        )


def expectation(events: Iterable[HeartbeatDefined | HeartbeatEnded]) -> Expectation | None:
    """Return what is expected after these events, from the first on; None: nothing any more."""
    found: Expectation | None = None
    for event in events:
        if isinstance(event, HeartbeatEnded):
            found = None
        elif found is None:
            found = Expectation(defined=event, since=event.defined_at)
        else:
            found = replace(found, defined=event)
    return found
