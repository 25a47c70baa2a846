"""Alert handling of a service: when its alerts end by silence, go on, and are too many to count."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

STORM_ABOVE: Final = 10  # incidents within a minute: more than a person can look at


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertHandling:
    """How the alerts of a service's integrations are taken. By default none ends by silence."""

    auto_resolve_after: timedelta | None = None  # without news of the alert; None: never
    reopen_within: timedelta | None = None  # after its incident was resolved; None: never
    storm_above: int | None = STORM_ABOVE  # incidents within a minute; None: never

    def quiet_since(self, *heard_at: datetime | None, at: datetime) -> datetime | None:
        """Return when an alert was last heard of; None where that is not too long ago."""
        newest = max((one for one in heard_at if one is not None), default=None)
        if self.auto_resolve_after is None or newest is None:
            return None
        return newest if at - newest >= self.auto_resolve_after else None

    def reopens(self, over_since: datetime | None, at: datetime) -> bool:
        """Return whether an incident that is resolved since then goes on with an alert's news."""
        if self.reopen_within is None or over_since is None:
            return False
        return at - over_since < self.reopen_within


AS_USUAL: Final = AlertHandling()
