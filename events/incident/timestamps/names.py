"""Timestamps that durations are measured between, and the order they must have."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from events.errors import TimesOutOfOrder


class Timestamp(StrEnum):
    """A moment of an incident; when it was is claimed by people and may be corrected."""

    BEGAN = "began"  # the impact; known only if somebody, or a monitor, said so
    DETECTED = "detected"  # the declaration, unless somebody said otherwise
    DECLARED = "declared"
    ACKNOWLEDGED = "acknowledged"  # the first time
    MITIGATED = "mitigated"
    RESOLVED = "resolved"  # the last time, if it was reopened between


# The first cannot be after the second. An acknowledgement may come late, even after the end.
ORDER: Final = (
    (Timestamp.BEGAN, Timestamp.DETECTED),
    (Timestamp.BEGAN, Timestamp.DECLARED),
    (Timestamp.BEGAN, Timestamp.MITIGATED),
    (Timestamp.DETECTED, Timestamp.DECLARED),
    (Timestamp.DECLARED, Timestamp.ACKNOWLEDGED),
    (Timestamp.DECLARED, Timestamp.MITIGATED),
    (Timestamp.DECLARED, Timestamp.RESOLVED),
    (Timestamp.MITIGATED, Timestamp.RESOLVED),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamps:
    """The moments as they are believed now; None is one that has not come, or is not known."""

    began: datetime | None = None
    detected: datetime | None = None
    declared: datetime | None = None
    acknowledged: datetime | None = None
    mitigated: datetime | None = None
    resolved: datetime | None = None

    def at(self, timestamp: Timestamp) -> datetime | None:
        """Return when it was, as far as is known."""
        known: datetime | None = getattr(self, timestamp.value)
        return self.declared if known is None and timestamp is Timestamp.DETECTED else known

    def timestamped(self, timestamp: Timestamp, at: datetime) -> "Timestamps":
        """Return them with a moment that has come; one that came before stays."""
        return self if getattr(self, timestamp.value) is not None else self.corrected(timestamp, at)

    def corrected(self, timestamp: Timestamp, at: datetime) -> "Timestamps":
        """Return them with another belief about one moment."""
        return replace(self, **{timestamp.value: at})

    def reopened(self, *, still_mitigated: bool) -> "Timestamps":
        """Return them after the end was taken back."""
        return replace(self, resolved=None, mitigated=self.mitigated if still_mitigated else None)


def in_order(timestamps: Timestamps, changed: Timestamp, now: datetime) -> None:
    """Let moments pass that can have been in this order; only pairs with the changed one count.

    Raises: TimesOutOfOrder.
    """
    at = timestamps.at(changed)
    if at is not None and at > now:
        raise TimesOutOfOrder(f"{changed.capitalize()} cannot be in the future.", timestamp=changed)
    for first, second in ORDER:
        before, after = getattr(timestamps, first.value), getattr(timestamps, second.value)
        if changed in (first, second) and before and after and before > after:
            raise TimesOutOfOrder(
                f"It cannot have been {second} ({rfc3339(after)}) before it {was(first)}"
                f" ({rfc3339(before)}): correct the other one first.",
                timestamp=changed.value,
                other=(second if changed is first else first).value,
            )


def was(timestamp: Timestamp) -> str:
    """Return the timestamp after "it" or "the incident"."""
    return timestamp.value if timestamp is Timestamp.BEGAN else f"was {timestamp}"


def rfc3339(at: datetime) -> str:
    """Return a moment as people read it in a refusal."""
    return at.isoformat().replace("+00:00", "Z")
