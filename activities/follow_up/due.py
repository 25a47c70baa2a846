"""Due reminders: what the log says of this moment, whom it concerns, and when to look again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

from activities.follow_up.people import Concerned
from events.decider import Decider
from events.follow_up.reminders import Reminder
from events.follow_up.work_hours import WorkHours, next_moment
from events.handle import handle
from events.loading import load
from events.log.recorded import Metadata
from events.log.store import Log
from events.postmortem.meeting.state import Meeting
from events.postmortem.reminding import reading_at

METADATA: Final = Metadata(principal="workflow:follow_up", via="workflow")
LOOK_AGAIN: Final = timedelta(days=1)  # people's hours may have changed, and who answers for whom


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
    """A reminder that stands for what the log says, and whom it concerns."""

    reminder: Reminder
    concerned: Concerned
    meeting: Meeting | None = None  # that is to be read for

    def goes_at(self, hours: WorkHours, at: datetime) -> datetime | None:
        """Return when it goes to somebody with these work hours; None: it would be too late."""
        now = next_moment(hours, at)
        if self.meeting is None:
            return now
        wanted = reading_at(self.meeting, hours)
        if wanted is None:
            return None
        moment = max(wanted, now)
        return moment if moment < self.meeting.starts_at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The reminders of this moment, and when there may be others; nothing open: neither."""

    reminders: tuple[DueReminder, ...] = ()
    instants: tuple[datetime, ...] = ()


async def stored[C, S, E](
    log: Log, decider: Decider[C, S, E], stream: str, command: C, key: tuple[UUID, str]
) -> S:
    """Store what a command leads to, once for each key, and return the state after it.

    Raises: LogFault.
    """
    whose, name = key
    await handle(
        log,
        decider,
        stream,
        command,
        command_id=uuid5(whose, name),
        request_digest=sha256(name.encode()).digest(),
        metadata=METADATA,
    )
    state, _ = await load(log, decider, stream)
    return state
