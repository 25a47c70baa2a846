"""Calming of storms: ends each that has calmed down, so that alerts open incidents again."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import uuid5

import structlog

from events.alert_storm.commands import CalmAlertStorm
from events.alert_storm.decide import alert_storm_decider
from events.errors import StreamConflict
from events.handle import handle
from events.ids import AlertStormId, alert_storm_stream
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata
from projections.practice.alert_storms import CALM, CalmStorm, calm_storms

AT_ONCE: Final = 100
METADATA: Final = Metadata(principal="workflow:relay", via="relay")

logs = structlog.get_logger(__name__)


class Calming:
    """Looks which storms are over."""

    def __init__(self, log: PostgresLog, calm: timedelta = CALM) -> None:
        self._log = log
        self._calm = calm

    async def step(self) -> int:
        """End the storms that are over, and return how many that were.

        Raises: LogUnavailable.
        """
        async with self._log.database.connection() as connection:
            over = await calm_storms(connection, AT_ONCE, self._calm)
        return sum([await self._end(one) for one in over])

    async def _end(self, storm: CalmStorm) -> bool:
        storm_id, name = AlertStormId(storm.storm_id), f"calm:{storm.number}"
        command = CalmAlertStorm(number=storm.number, alerts=storm.alerts, at=datetime.now(UTC))
        try:
            handled = await handle(
                self._log,
                alert_storm_decider,
                alert_storm_stream(storm_id),
                command,
                command_id=uuid5(storm_id, name),
                request_digest=sha256(f"{storm_id}:{name}".encode()).digest(),
                metadata=METADATA,
            )
        except StreamConflict:
            return False
        if not handled.events or handled.duplicate:
            return False
        logs.info("alert_storm_over", storm_id=str(storm_id), alerts=storm.alerts)
        return True
