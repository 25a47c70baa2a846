"""Retry of a quarantined key: its events again, from the one that could not be applied."""

from collections.abc import AsyncIterator

import structlog

from events.log.privacy.personal_data import PersonalData
from events.log.recorded import Recorded, UnknownEvent
from projections.engine.checkpoints import ProjectionFenced, renew
from projections.engine.log_batches import UnreadableEvent, read_batch
from projections.engine.quarantine import (
    EventBroken,
    EventUnknown,
    failed_again,
    free,
    is_poison,
    kind_of,
)
from projections.engine.rows import Connection, StoredRows
from projections.live.ownership import Held

log = structlog.get_logger(__name__)


async def retry(
    connection: Connection, personal: PersonalData, held: Held, key: str, position: int
) -> None:
    """Apply the key's events from a position up to the checkpoint, and let it go on if that works.

    Raises: ProjectionFenced.
    """
    async with connection.transaction():
        if not await renew(connection, [held.at]):
            raise ProjectionFenced(f"{held.at.name} has another owner")
        async for recorded in events_of(connection, personal, held, key, position):
            failure = await failed(connection, held, recorded)
            if failure is not None:
                error = kind_of(failure)
                await failed_again(connection, held.at, key, recorded, error)
                log.error("projection_still_quarantined", name=held.at.name, key=key, error=error)
                return
        await free(connection, held.at, key)
    held.frozen.discard(key)
    log.info("projection_key_goes_on", name=held.at.name, key=key)


async def events_of(
    connection: Connection, personal: PersonalData, held: Held, key: str, position: int
) -> AsyncIterator[Recorded[object]]:
    """Yield the key's events from a position up to the checkpoint."""
    after = position - 1
    while after < held.at.position:
        batch = await read_batch(connection, after, personal)
        if batch is None:
            return
        for recorded in batch.events:
            if recorded.position > held.at.position:
                return
            if held.projection.key_of(recorded) == key:
                yield recorded
        after = batch.position


async def failed(
    connection: Connection, held: Held, recorded: Recorded[object]
) -> Exception | None:
    """Return why an event cannot be applied, None when it was."""
    if isinstance(recorded.event, UnreadableEvent):
        return EventBroken()
    if isinstance(recorded.event, UnknownEvent):
        return EventUnknown()
    try:
        async with connection.transaction():  # a savepoint
            await held.projection.project([recorded], StoredRows(connection))
    except Exception as failure:
        if connection.is_closed() or not is_poison(failure):
            raise
        return failure
    return None
