"""Open incidents, folded from the log alone, for what watches over all of them.

No read model stands between, so that what rescues a neglected page still works while the
projections are stopped, behind, or have quarantined the incident.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from events.incident.events import (
    IncidentClosed,
    IncidentDeclared,
    IncidentDeclined,
    IncidentReopened,
    IncidentResolved,
)
from events.incident.relations.events import IncidentMerged
from events.log.codec import wire_name
from events.log.database import Database

PREFIX: Final = "incident-"  # of a stream's name: events/ids.py
BEGINS: Final = frozenset(map(wire_name, (IncidentDeclared, IncidentReopened)))
RESOLVES: Final = wire_name(IncidentResolved)
ENDS: Final = frozenset(map(wire_name, (IncidentClosed, IncidentDeclined, IncidentMerged)))
LIFE: Final = BEGINS | ENDS | {RESOLVES}
AT_ONCE: Final = 5000  # rows

HEAD: Final = "select position, hash from es.event order by position desc limit 1"
# What began and ended, from the beginning on; the list of types is the index's own.
LIVES: Final = f"""
select position, stream, type from es.event
where type in ({", ".join(f"'{name}'" for name in sorted(LIFE))}) and position > $1
order by position limit $2
"""  # noqa: S608  constants
# With the event it goes on from: a log that was restored and grew again has another one there.
TAIL: Final = """
select position, hash, stream, type from es.event
where position >= $1 and position <= $2 order by position
"""


@dataclass
class OpenIncidents:
    """Every incident that is not over. Reads the log's tail, and each event once."""

    database: Database
    at_once: int = AT_ONCE
    position: int = 0  # of the newest event it has seen
    hash: bytes | None = None  # of that event
    resolved: dict[UUID, bool] = field(default_factory=dict)  # by incident: all that are not over

    @property
    def unresolved(self) -> frozenset[UUID]:
        """Return the incidents that may still page somebody."""
        return frozenset(stream for stream, resolved in self.resolved.items() if not resolved)

    async def catch_up(self) -> frozenset[str] | None:
        """Read on to the end of the log and return the streams that have changed; None: all may.

        Raises: LogUnavailable.
        """
        changed: set[str] = set()
        while self.position:
            rows = await self.database.fetch(TAIL, self.position, self.position + self.at_once)
            if not rows or rows[0]["hash"] != self.hash:
                break  # an older log was restored
            if len(rows) == 1:
                return frozenset(changed)
            self._take((row["stream"], row["type"]) for row in rows[1:])
            changed.update(row["stream"] for row in rows[1:])
            self.position, self.hash = rows[-1]["position"], rows[-1]["hash"]
        await self._begin()
        return None

    async def _begin(self) -> None:
        """Take what began and ended; what is appended meanwhile is read again as the tail."""
        newest = await self.database.fetch(HEAD)
        head, self.hash = (newest[0]["position"], newest[0]["hash"]) if newest else (0, None)
        self.position, self.resolved, last = 0, {}, 0
        while rows := await self.database.fetch(LIVES, last, self.at_once):
            self._take((row["stream"], row["type"]) for row in rows)
            last = rows[-1]["position"]
        self.position = head

    def _take(self, events: Iterable[tuple[str, str]]) -> None:
        for stream, event_type in events:
            if event_type not in LIFE:
                continue
            incident_id = UUID(stream.removeprefix(PREFIX))
            if event_type in ENDS:
                self.resolved.pop(incident_id, None)
            else:
                self.resolved[incident_id] = event_type == RESOLVES
