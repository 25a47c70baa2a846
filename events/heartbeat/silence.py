"""Silence: what a heartbeat's last pings mean at one moment. Pure; the clock is an argument."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Pulse(StrEnum):
    """Pulse: how a heartbeat stands."""

    WAITING = "waiting"  # for its first ping
    ALIVE = "alive"
    SILENT = "silent"
    FAILED = "failed"  # its job said so


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is expected of a heartbeat, and since when."""

    since: datetime
    interval: timedelta
    grace: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Pings:
    """The last ping of each kind; None: none so far."""

    succeeded_at: datetime | None = None
    started_at: datetime | None = None
    failed_at: datetime | None = None

    def after(self, since: datetime) -> "Pings":
        """Return them without those of an earlier life of the heartbeat."""

        def kept(at: datetime | None) -> datetime | None:
            return at if at is not None and at >= since else None

        return Pings(
            succeeded_at=kept(self.succeeded_at),
            started_at=kept(self.started_at),
            failed_at=kept(self.failed_at),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How a heartbeat stands, since when or until when."""

    pulse: Pulse
    at: datetime  # of what is wrong: when it began; else when silence begins without a ping

    @property
    def wrong(self) -> bool:
        """Return whether somebody has to look."""
        return self.pulse in {Pulse.SILENT, Pulse.FAILED}


def judge(expected: Expected, pings: Pings, now: datetime) -> Judgement:
    """Return how the heartbeat stands: by its last success, and by what was said after that."""
    pings = pings.after(expected.since)
    last = pings.succeeded_at or expected.since
    if pings.failed_at is not None and pings.failed_at > last:
        return Judgement(pulse=Pulse.FAILED, at=pings.failed_at)
    due = silent_from(expected, pings)
    if now >= due:
        return Judgement(pulse=Pulse.SILENT, at=due)
    return Judgement(pulse=Pulse.ALIVE if pings.succeeded_at else Pulse.WAITING, at=due)


def silent_from(expected: Expected, pings: Pings) -> datetime:
    """Return when silence begins if no ping comes.

    A run that said that it began, and then nothing, is missed after the grace: it hangs or died.
    """
    last = pings.succeeded_at or expected.since
    due = last + expected.interval + expected.grace
    if pings.started_at is None or pings.started_at <= last:
        return due
    return min(due, pings.started_at + (expected.grace or expected.interval))
