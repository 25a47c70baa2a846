"""Dependencies of access: the log, the read models and the time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from events.log.database import Database
from events.log.store import Log
from projections.privacy.known import Knowledge


def now() -> datetime:
    """Return the time; the only clock below a process's own code."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDependencies:
    """Everything that a read may touch outside of the process."""

    log: Log
    database: Database  # reads of projections and of the log's own tables
    clock: Callable[[], datetime] = field(default=now)
    knowledge: Knowledge = field(default_factory=Knowledge)  # of what is hidden from whom
