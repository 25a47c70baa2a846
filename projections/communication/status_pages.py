"""Status pages as they are now."""

from collections.abc import Hashable
from datetime import datetime
from typing import Final

from msgspec import field
from msgspec.structs import replace

from events.log.recorded import Recorded
from events.status_page.commands import Component
from events.status_page.events import StatusPageDefined, StatusPageRemoved
from projections.engine.defined import columns_in, every, one
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Moment, Reader, Row, Rows, Table, fold

NAME: Final = "status_pages"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class StatusPageRow(Row, frozen=True, kw_only=True):
    """One status page."""

    status_page_id: str
    name: str
    team_id: str | None
    components: tuple[Component, ...]
    added: dict[str, Moment] = field(default_factory=dict)  # when each component came, by its id
    removed_at: Moment | None = None
    changed_by: str
    changed_at: Moment
    version: int


STATUS_PAGE = Table("status_page", "status_page_id", StatusPageRow, OWN_STREAM)
TABLES: Final = (STATUS_PAGE,)


async def find_status_page(reader: Reader, status_page_id: str) -> StatusPageRow | None:
    """Return a page that is up."""
    row = await one(STATUS_PAGE, reader, status_page_id)
    return None if row is None or row.removed_at is not None else row


async def list_status_pages(reader: Reader) -> tuple[StatusPageRow, ...]:
    """Return the pages that are up, by their ids."""
    rows = await every(STATUS_PAGE, reader)
    return tuple(row for row in rows if row.removed_at is None)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return what is quarantined when an event cannot be applied."""
    return stream_key(recorded, STATUS_PAGE.name)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's pages up to date."""
    await fold(STATUS_PAGE, tx, batch, pages_of, evolve)


def pages_of(event: object) -> tuple[str, ...]:
    """Return the page that an event is about."""
    return (
        (event.status_page_id,) if isinstance(event, StatusPageDefined | StatusPageRemoved) else ()
    )


def evolve(
    row: StatusPageRow | None, recorded: Recorded[object], _key: Hashable
) -> StatusPageRow | None:
    """Return the page after the event."""
    event = recorded.event
    if isinstance(event, StatusPageDefined):
        columns = columns_in(event, recorded.version, STATUS_PAGE)
        return StatusPageRow(**columns, added=_added(row, event))
    if isinstance(event, StatusPageRemoved) and row is not None:
        return replace(row, **columns_in(event, recorded.version, STATUS_PAGE))
    return None


def _added(row: StatusPageRow | None, event: StatusPageDefined) -> dict[str, datetime]:
    before = row.added if row else {}
    return {
        one.component_id: before.get(one.component_id, event.defined_at) for one in event.components
    }
