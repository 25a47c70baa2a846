"""Silent alerts: ends those whose declared end has passed without a repeat.

The end is an event like any other, with the reason in it: people read it on the timeline. Their
incident stays as it is.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import uuid5

import structlog

from events.alert.commands import EndSilentAlert
from events.alert.decide import alert_decider
from events.alert.events import AlertEnding
from events.errors import StreamConflict
from events.handle import handle
from events.ids import AlertId, alert_stream
from events.log.alert_news import PATIENCE, HeldNews, expired_alerts, held
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata

AT_ONCE: Final = 100
METADATA: Final = Metadata(principal="workflow:relay", via="relay")

logs = structlog.get_logger(__name__)


class SilentAlerts:
    """Ends alerts that their senders stopped repeating."""

    def __init__(self, log: PostgresLog, patience: timedelta = PATIENCE) -> None:
        self._log = log
        self._patience = patience

    async def step(self) -> int:
        """End what is due, and return how many that were.

        Raises: LogUnavailable.
        """
        due = await expired_alerts(self._log.database, AT_ONCE, self._patience)
        return sum([await self._looked_at(one) for one in due])

    async def _looked_at(self, alert_id: AlertId) -> bool:
        try:
            async with held(self._log.database, alert_id) as found:
                if found is None or not found.news.expired:  # it was repeated, or is being ended
                    return False
                await self._end(alert_id, found)
        except StreamConflict:  # its monitor is speaking: the next look finds what is left
            return False
        return True

    async def _end(self, alert_id: AlertId, found: HeldNews) -> None:
        news = found.news
        name = f"expire:{news.heard_at.isoformat()}"
        handled = await handle(
            self._log,
            alert_decider,
            alert_stream(alert_id),
            EndSilentAlert(
                heard_at=news.heard_at,
                ended_at=news.expires_at or news.now,
                ending=AlertEnding.EXPIRED,
                at=news.now,
            ),
            command_id=uuid5(alert_id, name),
            request_digest=sha256(name.encode()).digest(),
            metadata=METADATA,
        )
        await found.forget()
        if handled.events and not handled.duplicate:
            logs.info("alert_expired", alert_id=str(alert_id), expires_at=str(news.expires_at))
