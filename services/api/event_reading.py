"""The chosen part of the log, read bit by bit: flat memory, and no connection held for long."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events.log.recorded import RecordedEvent
from projections.incident_events import read_incident
from services.api.chosen_events import Chosen
from services.api.dependencies import Dependencies

PART: Final = 200  # events in memory at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some events, and how far the log is read with them."""

    events: tuple[RecordedEvent, ...]
    position: int


async def read_chosen(
    dependencies: Dependencies, chosen: Chosen, after: int, until: int
) -> AsyncGenerator[Part]:
    """Yield what is chosen between two positions; no connection is held while a part is used.

    Raises: LogUnavailable.
    """
    position = after
    while position < until:
        events, position = await _read(dependencies, chosen.incident_id, position, until)
        yield Part(events=tuple(filter(chosen.admits, events)), position=position)


async def _read(
    dependencies: Dependencies, incident_id: UUID | None, after: int, until: int
) -> tuple[list[RecordedEvent], int]:
    if incident_id is not None:
        async with dependencies.database.connection() as connection:
            events, position = await read_incident(connection, incident_id, after, until, PART)
        if position > after:
            return events, position
    stored = list(await dependencies.log.read_all(after, min(PART, until - after)))
    return stored, stored[-1].position if stored else until
