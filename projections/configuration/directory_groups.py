"""Groups of the organisation's directory as they are now."""

from collections.abc import Hashable
from typing import Final

from msgspec.structs import replace

from events.directory.group import DirectoryGroupDefined, DirectoryGroupEnded
from events.log.recorded import Recorded
from projections.engine.defined import DefinedRows
from projections.engine.keys import stream_key
from projections.engine.rows import (
    OWN_STREAM,
    Batch,
    Moment,
    Reader,
    Row,
    Rows,
    Table,
    as_json,
    fold,
)

NAME: Final = "directory_groups"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class DirectoryGroupRow(Row, frozen=True, kw_only=True):
    """One group, also one that ended."""

    directory_group_id: str
    display_name: str
    external_id: str | None
    member_ids: tuple[str, ...]
    changed_by: str
    changed_at: Moment
    since: Moment | None = None  # after it was taken out, if it was
    ended_at: Moment | None = None
    version: int


DIRECTORY_GROUP = Table("directory_group", "directory_group_id", DirectoryGroupRow, OWN_STREAM)
TABLES: Final = (DIRECTORY_GROUP,)

_ROWS: Final = DefinedRows(DIRECTORY_GROUP, DirectoryGroupDefined, (DirectoryGroupEnded,))


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the rows that the batch names up to date."""
    await fold(DIRECTORY_GROUP, tx, batch, _ROWS.keys, group)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return which row is quarantined when the event cannot be applied."""
    return stream_key(recorded, DIRECTORY_GROUP.name)


def group(
    row: DirectoryGroupRow | None, recorded: Recorded[object], key: Hashable
) -> DirectoryGroupRow | None:
    """Return the group after the event."""
    changed, event = _ROWS.evolve(row, recorded, key), recorded.event
    if changed is None or not isinstance(event, DirectoryGroupDefined):
        return changed
    goes_on = row is not None and row.ended_at is None
    return replace(changed, since=row.since if row is not None and goes_on else event.defined_at)


async def groups(reader: Reader) -> list[DirectoryGroupRow]:
    """Return every group that the directory has, by its id."""
    clauses = "where t.ended_at is null order by t.directory_group_id"
    return await DIRECTORY_GROUP.select(reader, clauses)


async def groups_with(reader: Reader, member_id: str) -> list[DirectoryGroupRow]:
    """Return the groups that a person is in."""
    clauses = "where t.ended_at is null and t.member_ids @> $1::text::jsonb"
    return await DIRECTORY_GROUP.select(reader, clauses, as_json([member_id]))
