"""Log reader: the chosen events, bit by bit, in flat memory and without holding a connection."""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events.log.recorded import RecordedEvent
from projections.incidents.events import read_incident
from services.access.dependencies import ReadDependencies
from services.access.visibility import hidden_incidents
from services.live.event_filter import Chosen, told_of

PART: Final = 200  # events in memory at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some events, and how far the log is read with them."""

    events: tuple[RecordedEvent, ...]
    position: int


async def read_chosen(
    dependencies: ReadDependencies, chosen: Chosen, after: int, until: int
) -> AsyncGenerator[Part]:
    """Yield what is chosen between two positions; no connection is held while a part is used.

    Who may see what is asked anew for every part, after it was read.
    Raises: LogUnavailable, ProjectionBehind.
    """
    position = after
    while position < until:
        events, position = await _read(dependencies, chosen.incident_id, position, until)
        wanted = filter(chosen.admits, events)
        yield Part(events=await _seen(dependencies, chosen, wanted), position=position)


async def _seen(
    dependencies: ReadDependencies, chosen: Chosen, events: Iterable[RecordedEvent]
) -> tuple[RecordedEvent, ...]:
    hidden = await hidden_incidents(dependencies, chosen.visibility)
    return tuple(event for event in events if not told_of(event, hidden))


async def _read(
    dependencies: ReadDependencies, incident_id: UUID | None, after: int, until: int
) -> tuple[list[RecordedEvent], int]:
    if incident_id is not None:
        async with dependencies.database.connection() as connection:
            events, position = await read_incident(connection, incident_id, after, until, PART)
        if position > after:
            return events, position
    stored = list(await dependencies.log.read_all(after, min(PART, until - after)))
    return stored, stored[-1].position if stored else until
