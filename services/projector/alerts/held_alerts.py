"""Held alerts: looked at again when their time is up, or when what they wait for has changed.

Nothing is remembered that a crash could lose: which alerts wait, and until when, is a read model,
and what is due stays so until it was looked at.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from events.ids import AlertId
from events.log.postgres import PostgresLog
from events.log.queues.inbox import Inbox
from projections.incidents.alerts import due_alerts, newest_of_what_holds
from services.attending import Attending
from services.intake.alerts.releasing import Releasing


def _now() -> datetime:
    return datetime.now(UTC)


class HeldAlerts:
    """Has held alerts decided anew that are due."""

    def __init__(
        self, log: PostgresLog, inbox: Inbox, clock: Callable[[], datetime] = _now
    ) -> None:
        self._log = log
        self._releasing = Releasing(log, Attending(log, inbox))
        self._clock = clock
        self._changed = 0  # up to where rules and business hours were looked at

    async def step(self) -> int:
        """Look at what is due, and return how many alerts changed.

        When rules or business hours have changed, what waits for its time is looked at at once: it
        may have to wait longer, or no more.
        Raises: LogUnavailable.
        """
        now = self._clock()
        async with self._log.database.connection() as connection:
            changed = await newest_of_what_holds(connection)
            due = await due_alerts(connection, None if changed > self._changed else now)
        number = await self._releasing.release(map(AlertId, due), now)
        self._changed = changed
        return number
