"""Maintenance ends: reports what a window held back, and releases what no window holds any more.

What is held is read in the log, so that nothing has to be remembered: whatever a window lets go by
its end, its change or its cancellation, or because an alert was held back after it was over, is
found at the next look. An alert that another window holds by then stays held by that one.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from uuid import uuid5

import structlog

from events.alert.decide import alert_decider
from events.handle import beginnings, handle
from events.ids import TOCSIN, AlertId, MaintenanceWindowId, alert_stream
from events.loading import folded
from events.log.postgres import PostgresLog
from events.log.queues.inbox import Inbox
from events.log.recorded import Metadata
from events.maintenance_window.commands import ReportMaintenanceWindow
from events.maintenance_window.decide import AGGREGATE, maintenance_window_decider
from events.maintenance_window.state import MaintenanceWindow
from events.maintenance_window.timing import Occurrence
from services.attending import Attending
from services.intake.alerts.releasing import Releasing
from services.intake.maintenance.running import RunningWindows
from services.projector.alerts.holds import Holds

METADATA: Final = Metadata(principal="workflow:relay", via="relay")

logs = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class MaintenanceEnds:
    """Looks at what is held back. Looking twice, or again after a crash half-way, does no more."""

    def __init__(
        self, log: PostgresLog, inbox: Inbox, clock: Callable[[], datetime] = _now
    ) -> None:
        self._log = log
        self._clock = clock
        self._windows = RunningWindows()
        self._holds = Holds()
        self._releasing = Releasing(log, Attending(log, inbox))
        # By which revision of its window each alert was looked at: another may not hold it.
        self._looked: dict[AlertId, tuple[MaintenanceWindowId, int]] = {}

    async def step(self) -> int:
        """Report and release what is due, and return how much that was.

        The report comes first: once it stands, nobody can extend what it is about.
        Raises: LogFault.
        """
        now = self._clock()
        windows = await self._windows.known(self._log)
        await self._holds.read_on(self._log)
        reports = [await self._report(stream, one, now) for stream, one in windows.items()]
        windows = await self._windows.known(self._log)
        due = [
            alert_id
            for alert_id, window_id in self._holds.held.items()
            if not self._holds_on(alert_id, window_id, windows, now)
        ]
        released = await self._releasing.release(due, now)
        await self._look(due, windows)
        return sum(reports) + released

    def _holds_on(
        self,
        alert_id: AlertId,
        window_id: MaintenanceWindowId,
        windows: Mapping[str, MaintenanceWindow],
        now: datetime,
    ) -> bool:
        """Return whether a window runs as it did when the alert was looked at last."""
        window = windows.get(AGGREGATE.stream(window_id))
        if window is None or window.running_at(now) is None:
            return False
        return self._looked.get(alert_id) == (window_id, window.revision)

    async def _look(self, due: list[AlertId], windows: Mapping[str, MaintenanceWindow]) -> None:
        """Forget the alerts that are free by now, and remember by what the others were looked at.

        One that the receiver did not take is looked at again.
        """
        held = self._holds.held
        for alert_id in await self._free(due):
            held.pop(alert_id, None)
        for alert_id in due:
            window = windows.get(AGGREGATE.stream(held[alert_id])) if alert_id in held else None
            if window is not None and not self._releasing.refused(alert_id):
                self._looked[alert_id] = (held[alert_id], window.revision)
        if len(self._looked) > 2 * len(held):
            self._looked = {one: at for one, at in self._looked.items() if one in held}

    async def _free(self, alerts: Iterable[AlertId]) -> list[AlertId]:
        streams = {alert_stream(one): one for one in alerts}
        if not streams:
            return []
        free: list[AlertId] = []
        read = await self._log.read_since([*streams], beginnings(alert_decider))
        for stream, stored in read.items():
            alert, _ = await folded(self._log, alert_decider, stored)
            if alert.held is None:
                free.append(streams[stream])
        return free

    async def _report(self, stream: str, window: MaintenanceWindow, now: datetime) -> int:
        if window.newest is None:
            return 0
        window_id, number = window.newest.maintenance_window_id, 0
        for occurrence in window.to_report(now):
            counted = self._holds.counted(window_id, occurrence)
            command = ReportMaintenanceWindow(
                occurrence=occurrence,
                held=counted.held,
                resolved=counted.resolved,
                firing=counted.firing,
                at=now,
            )
            name = _name_of(stream, occurrence, window.revision)
            handled = await handle(
                self._log,
                maintenance_window_decider,
                stream,
                command,
                command_id=uuid5(TOCSIN, name),
                request_digest=sha256(name.encode()).digest(),
                metadata=METADATA,
            )
            if handled.events:
                self._holds.reported(window_id, occurrence)
                number += not handled.duplicate
                logs.info("maintenance_reported", window=stream, held=counted.held)
        return number


def _name_of(stream: str, occurrence: Occurrence, revision: int) -> str:
    begin, end = occurrence.starts_at.isoformat(), occurrence.ends_at.isoformat()
    return f"{stream}:report:{revision}:{begin}:{end}"
