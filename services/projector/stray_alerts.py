"""Moves the open alerts of merged incidents to the incident that goes on.

Nothing is remembered: whatever still stands with a merged incident is found again, after a crash
as well as after an alert that joined while the merge was on its way.
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
from events.ids import AlertId, IncidentId, alert_stream
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata
from projections.alerts import StrayAlert, stray_alerts
from services.merged import surviving

AT_ONCE: Final = 100
METADATA: Final = Metadata(principal="workflow:relay", via="relay")

logs = structlog.get_logger(__name__)


class StrayAlerts:
    """The way of alerts from an incident that was merged to the one that has it now."""

    def __init__(self, log: PostgresLog) -> None:
        self._log = log

    async def relay(self) -> int:
        """Move what has to be moved, and return how many alerts that were.

        Raises: LogUnavailable.
        """
        async with self._log.database.connection() as connection:
            strays = await stray_alerts(connection, AT_ONCE)
        moved = [await self._move(one) for one in strays]
        return sum(moved)

    async def _move(self, stray: StrayAlert) -> bool:
        to, incident = await surviving(self._log, IncidentId(stray.incident_id))
        alert_id = AlertId(stray.alert_id)
        name = f"move:{stray.triggered_position}:{to}"
        command = MoveAlert(incident_id=to, at=datetime.now(UTC))
        try:
            handled = await handle(
                self._log,
                alert_decider,
                alert_stream(alert_id),
                command,
                command_id=uuid5(alert_id, name),
                request_digest=sha256(name.encode()).digest(),
                metadata=METADATA,
            )
        except StreamConflict:  # its monitor is speaking: the next look finds what is left
            return False
        if handled.events and not handled.duplicate:
            logs.info("alert_moved", alert_id=str(alert_id), to=incident.reference)
        return bool(handled.events) and not handled.duplicate
