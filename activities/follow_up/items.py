"""Action items of an incident, as the log has them; the read model says which there are."""

from dataclasses import dataclass
from typing import Final

from events.action_item.decide import AGGREGATE, action_item_decider
from events.action_item.state import OpenedItem
from events.ids import ActionItemId, IncidentId
from events.loading import load
from events.log.store import Log
from projections.engine.catching_up import ConnectionPool, wait_for
from projections.practice import action_items
from projections.practice.action_items import items_of

CATCH_UP: Final = 5.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundItems:
    """The action items of one incident."""

    items: tuple[OpenedItem, ...]
    complete: bool  # false: there may be newer ones, which the read model has not seen


async def found_items(
    log: Log, database: ConnectionPool, incident_id: IncidentId, position: int
) -> FoundItems:
    """Return the items of an incident, as they were at the position or later.

    Raises: EventTooNew, LogUnavailable.
    """
    complete = await wait_for(database, [action_items.NAME], position, CATCH_UP)
    async with database.connection() as connection:
        rows = await items_of(connection, [incident_id])
    streams = [AGGREGATE.stream(ActionItemId(row.action_item_id)) for row in rows]
    items = [await item_of(log, stream) for stream in streams]
    return FoundItems(items=tuple(one for one in items if one is not None), complete=complete)


async def number_of(database: ConnectionPool, item: OpenedItem) -> int | None:
    """Return an item's number in its incident; None where the read model has not seen it yet.

    Raises: LogUnavailable.
    """
    async with database.connection() as connection:
        rows = await items_of(connection, [item.incident_id])
    ids = [row.action_item_id for row in rows]
    return ids.index(item.action_item_id) + 1 if item.action_item_id in ids else None


async def item_of(log: Log, stream: str) -> OpenedItem | None:
    """Return the action item of a stream; None if there is none.

    Raises: EventTooNew, LogUnavailable.
    """
    known, _ = await load(log, action_item_decider, stream)
    return known.opened
