"""Stray alerts: moves the open alerts of merged incidents to the incident that goes on.

Nothing is remembered: whatever still stands with a merged incident is found again, after a crash
as well as after an alert that joined while the merge was on its way. Where an alert comes to, it is
looked at like one that fires there anew: the one who had it may have had the other incident only.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from uuid import uuid5

import structlog

from events.alert.commands import MoveAlert
from events.alert.decide import alert_decider
from events.errors import StreamConflict
from events.handle import handle
from events.ids import AlertId, alert_stream
from events.loading import load
from events.log.postgres import PostgresLog
from events.log.queues.inbox import Inbox
from events.log.recorded import Metadata
from events.log.store import Log
from projections.incidents.alerts import StrayAlert, stray_alerts
from services.attending import Attending, Firing

AT_ONCE: Final = 100
METADATA: Final = Metadata(principal="workflow:relay", via="relay")

logs = structlog.get_logger(__name__)


class StrayAlerts:
    """Moves alerts from a merged incident to its merge target."""

    def __init__(self, log: PostgresLog, inbox: Inbox) -> None:
        self._log = log
        self._attending = Attending(log, inbox)

    async def relay(self) -> int:
        """Move what has to be moved, and return how many alerts that were.

        Raises: LogUnavailable.
        """
        async with self._log.database.connection() as connection:
            strays = await stray_alerts(connection, AT_ONCE)
        moved = [await self._move(one) for one in strays]
        return sum(moved)

    async def _move(self, stray: StrayAlert) -> bool:
        try:
            return await moved_along(
                self._log, self._attending, AlertId(stray.alert_id), datetime.now(UTC)
            )
        except StreamConflict:  # its monitor is speaking: the next look finds what is left
            return False


async def moved_along(log: Log, attending: Attending, alert_id: AlertId, at: datetime) -> bool:
    """Let an open alert go where its incident went, and return whether it had to.

    Raises: StreamConflict, LogUnavailable.
    """
    alert, version = await load(log, alert_decider, alert_stream(alert_id))
    if not alert.is_open or alert.incident_id is None:
        return False
    home = await attending.expected(alert.incident_id)
    if home.incident_id == alert.incident_id:
        return False
    # Before it moves: cut off in between, it is found again.
    firing = Firing(name=alert.title, count=1, severity=alert.severity, news=True)
    await attending.see_to(home.incident_id, firing, METADATA, at)
    name = f"move:{version}:{home.incident_id}"
    handled = await handle(
        log,
        alert_decider,
        alert_stream(alert_id),
        MoveAlert(incident_id=home.incident_id, at=at),
        command_id=uuid5(alert_id, name),
        request_digest=sha256(name.encode()).digest(),
        metadata=METADATA,
    )
    if handled.events and not handled.duplicate:
        logs.info("alert_moved", alert_id=str(alert_id), to=home.incident.reference)
    return bool(handled.events) and not handled.duplicate
