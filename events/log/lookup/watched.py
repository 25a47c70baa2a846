"""Watched events: few types that somebody asks for again and again, each by an index of its own.

They are asked of the log and not of a read model: an alert that nobody is paged for must be found
whatever else stands still.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from events.log.recorded import COLUMNS


class Watched(Enum):
    """Types of events that an index in sql/migrations/0015 finds by position."""

    MAINTENANCE = (
        "maintenance_window.defined",
        "maintenance_window.extended",
        "maintenance_window.ended",
        "maintenance_window.cancelled",
        "maintenance_window.reported",
    )
    HOLDS = ("alert.held", "alert.passed")

    @property
    def predicate(self) -> str:
        """Return the condition of the index, which a query has to repeat."""
        return f"type in ({', '.join(repr(one) for one in self.value)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Streams with new events of the watched types, and the log's newest position by then."""

    head: int
    streams: Sequence[str]


CHANGED: Final = {
    watched: f"""
select coalesce((select max(position) from es.event), 0) as head,
    array(select distinct stream from es.event where position > $1 and {watched.predicate})
        as streams
"""  # noqa: S608  constants
    for watched in Watched
}

READ: Final = {
    watched: f"""
select {COLUMNS} from es.event where position > $1 and {watched.predicate}
order by position limit $2
"""  # noqa: S608  constants
    for watched in Watched
}
