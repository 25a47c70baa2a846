"""Silent alerts: ends those whose senders stopped repeating them, or say nothing for too long.

The end is an event like any other, with the reason in it: people read it on the timeline. Their
incident stays as it is.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import uuid5

import structlog

from events.alert.commands import EndSilentAlert
from events.alert.decide import alert_decider
from events.alert.events import AlertEnding
from events.alert.state import Alert
from events.configuration.integration import integration_decider
from events.errors import StreamConflict
from events.handle import handle
from events.ids import AlertId, alert_stream, integration_stream, service_stream
from events.loading import load
from events.log.intake.alert_news import (
    GAP,
    PATIENCE,
    AlertNews,
    HeldNews,
    expired_alerts,
    held,
    sweep_news,
)
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata
from events.service.decide import service_decider
from projections.incidents.alerts import forgettable_alerts, quiet_alerts

AT_ONCE: Final = 100
MANY: Final = 5_000
KEPT: Final = timedelta(days=1)  # what was heard of an alert that is over
METADATA: Final = Metadata(principal="workflow:relay", via="relay")

logs = structlog.get_logger(__name__)


class SilentAlerts:
    """Ends alerts of which nothing is heard any more."""

    def __init__(self, log: PostgresLog, patience: timedelta = PATIENCE) -> None:
        self._log = log
        self._patience = patience

    async def step(self) -> int:
        """End what is due, and return how many that were.

        Raises: LogUnavailable.
        """
        database = self._log.database
        expired = await expired_alerts(database, AT_ONCE, self._patience)
        async with database.connection() as connection:
            quiet = await quiet_alerts(connection, AT_ONCE, self._patience, GAP)
        due = dict.fromkeys([*expired, *map(AlertId, quiet)])
        return sum([await self._looked_at(one) for one in due])

    async def tend(self) -> int:
        """Drop what is kept of alerts that ended otherwise, and return of how many.

        Raises: LogUnavailable.
        """
        database, before = self._log.database, datetime.now(UTC) - KEPT
        async with database.connection() as connection:
            over = await forgettable_alerts(connection, before, MANY)
        return await sweep_news(database, [AlertId(one) for one in over], before) if over else 0

    async def _looked_at(self, alert_id: AlertId) -> bool:
        try:
            async with held(self._log.database, alert_id) as found:
                if found is None:  # it is being repeated, or ended
                    return False
                return await self._judged(alert_id, found)
        except StreamConflict:  # its monitor is speaking: the next look finds what is left
            return False

    async def _judged(self, alert_id: AlertId, found: HeldNews) -> bool:
        """End the alert if nothing was heard of it since it was found; drop what is of no use."""
        alert, _ = await load(self._log, alert_decider, alert_stream(alert_id))
        command = self._expiry(found.news) or await self._auto_resolution(alert, found.news)
        if alert.fires and command is None:
            return False
        ended = command is not None and await self._end(alert_id, command)
        if ended or not alert.fires:
            await found.forget()
        return ended

    def _expiry(self, news: AlertNews) -> EndSilentAlert | None:
        if news.expires_at is None or news.expires_at > news.now:
            return None
        return EndSilentAlert(
            heard_at=news.heard_at,
            ended_at=news.expires_at,
            ending=AlertEnding.EXPIRED,
            at=news.now,
        )

    async def _auto_resolution(self, alert: Alert, news: AlertNews) -> EndSilentAlert | None:
        if alert.integration_id is None:
            return None
        stream = integration_stream(alert.integration_id)
        integration, _ = await load(self._log, integration_decider, stream)
        if integration.created is None:
            return None
        stream = service_stream(integration.created.service_id)
        service, _ = await load(self._log, service_decider, stream)
        heard_at = service.alert_handling.quiet_since(
            news.heard_at, alert.triggered_at, service.alert_handling_changed_at, at=news.now
        )
        if heard_at is None:
            return None
        return EndSilentAlert(
            heard_at=heard_at,
            ended_at=news.now,
            ending=AlertEnding.AUTO_RESOLVED,
            at=news.now,
        )

    async def _end(self, alert_id: AlertId, command: EndSilentAlert) -> bool:
        name = f"{command.ending}:{command.heard_at.isoformat()}"
        handled = await handle(
            self._log,
            alert_decider,
            alert_stream(alert_id),
            command,
            command_id=uuid5(alert_id, name),
            request_digest=sha256(name.encode()).digest(),
            metadata=METADATA,
        )
        if not handled.events or handled.duplicate:
            return False
        logs.info("alert_ended_by_silence", alert_id=str(alert_id), ending=command.ending.value)
        return True
