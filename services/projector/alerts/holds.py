"""Holds of maintenance windows: what they hold back, and held back, as the log says it in order."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from events.alert.decide import alert_decider
from events.alert.events import AlertHeld, AlertPassed
from events.handle import known
from events.ids import AlertId, MaintenanceWindowId
from events.log.codec import codec_for
from events.log.lookup.watched import Watched
from events.log.postgres import PostgresLog
from events.maintenance_window.timing import Occurrence
from events.routing.holding import HoldReason

AT_ONCE: Final = 5_000  # events

codec: Final = codec_for(alert_decider.event_types)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one occurrence of a window held back."""

    held: int
    resolved: int

    @property
    def firing(self) -> int:
        """Return how many were not over when the window was."""
        return self.held - self.resolved


@dataclass(slots=True)
class _Held:
    """An alert that one window holds back, or did."""

    at: datetime  # first
    over: bool = False  # before its window was


type _OfWindow = dict[tuple[AlertId, datetime], _Held]  # by alert, and when its occurrence began


@dataclass(slots=True)
class Holds:
    """Reads on in the log, and knows what windows hold back, until whoever asks says otherwise."""

    position: int = 0  # of the newest event it has seen
    held: dict[AlertId, MaintenanceWindowId] = field(
        default_factory=dict[AlertId, MaintenanceWindowId]
    )
    # What each window held back since its last report.
    _windows: dict[MaintenanceWindowId, _OfWindow] = field(
        default_factory=dict[MaintenanceWindowId, _OfWindow]
    )

    async def read_on(self, log: PostgresLog) -> None:
        """Read what is new.

        Raises: LogUnavailable, EventTooNew.
        """
        if await log.head() < self.position:  # an older log was restored
            self.position = 0
            self.held.clear()
            self._windows.clear()
        stored = await log.read_watched(Watched.HOLDS, self.position, AT_ONCE)
        while stored:
            for recorded in known(codec, await log.opened(stored)):
                self._take(recorded.event)
            self.position = stored[-1].position
            stored = await log.read_watched(Watched.HOLDS, self.position, AT_ONCE)

    def counted(self, window_id: MaintenanceWindowId, occurrence: Occurrence) -> Counted:
        """Return what an occurrence of a window held back."""
        found = [
            one.over
            for one in self._windows.get(window_id, {}).values()
            if occurrence.starts_at <= one.at <= occurrence.ends_at
        ]
        return Counted(held=len(found), resolved=sum(found))

    def reported(self, window_id: MaintenanceWindowId, occurrence: Occurrence) -> None:
        """Forget what is reported."""
        kept = self._windows.pop(window_id, {})
        left = {key: one for key, one in kept.items() if one.at > occurrence.ends_at}
        if left:
            self._windows[window_id] = left

    def _take(self, event: object) -> None:
        match event:
            case AlertHeld(hold=hold) if hold.reason is HoldReason.MAINTENANCE:
                window_id = MaintenanceWindowId(hold.owner)
                self.held[event.alert_id] = window_id
                of_window = self._windows.setdefault(window_id, {})
                of_window.setdefault((event.alert_id, hold.since), _Held(at=event.held_at))
            case AlertHeld():
                self.held.pop(event.alert_id, None)  # a rule holds it by now
            case AlertPassed():
                self.held.pop(event.alert_id, None)
                of_window = self._windows.get(MaintenanceWindowId(event.hold.owner), {})
                if (one := of_window.get((event.alert_id, event.hold.since))) is not None:
                    one.over = True
            case _:
                pass
