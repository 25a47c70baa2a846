"""Defined nouns: a read model whose rows repeat the events, column by column, by their names.

Made from the table and the events: `project, key_of = defined(TEAM, TeamDefined)`.
"""

from collections.abc import Awaitable, Callable, Collection, Hashable
from dataclasses import dataclass, fields
from typing import Any

from msgspec.structs import replace

from events.log.recorded import Recorded
from projections.engine.keys import stream_key
from projections.engine.rows import NUL, Batch, Reader, Row, Rows, Table, fold, same_named

type Project = Callable[[Batch, Rows], Awaitable[None]]
type KeyOf = Callable[[Recorded[object]], str | None]


@dataclass(frozen=True, slots=True)
class DefinedRows[R: Row]:
    """How events become the rows of one table: the first kind defines a row, the others change it.

    Defined anew, a row has its defaults again, but for the columns that are kept.
    """

    table: Table[R]
    defines: type
    changes: tuple[type, ...] = ()
    kept: tuple[str, ...] = ()

    async def project(self, batch: Batch, tx: Rows) -> None:
        """Bring the rows that the batch names up to date."""
        await fold(self.table, tx, batch, self.keys, self.evolve)

    def keys(self, event: object) -> Collection[Hashable]:
        """Return what names the row that an event is about."""
        return (getattr(event, self.table.key),) if isinstance(event, self.of) else ()

    @property
    def of(self) -> tuple[type, ...]:
        """Return the events that it is made of."""
        return (self.defines, *self.changes)

    def evolve(self, row: R | None, recorded: Recorded[object], _key: Hashable) -> R | None:
        """Return the row after an event."""
        event = recorded.event
        if isinstance(event, self.changes) and row is not None:
            return replace(row, **columns_in(event, recorded.version, self.table))
        if not isinstance(event, self.defines):
            return row
        kept = {name: getattr(row, name) for name in self.kept if row is not None}
        return self.table.row(**kept, **columns_in(event, recorded.version, self.table))


def defined[R: Row](
    table: Table[R], defines: type, *changes: type, kept: tuple[str, ...] = ()
) -> tuple[Project, KeyOf]:
    """Return what makes a module the read model of one noun."""
    rows = DefinedRows(table, defines, changes, kept)
    return rows.project, lambda recorded: stream_key(recorded, table.name)


def columns_in[R: Row](event: Any, version: int, table: Table[R]) -> dict[str, Any]:
    """Return the columns that an event says, with who did it and when as `changed_…`."""
    columns = same_named(event, table.row) | {"version": version}
    by = next(field.name for field in fields(event) if field.name.endswith("_by"))
    at = f"{by.removesuffix('_by')}_at"
    if at not in columns:  # a row that has it as its own says no `changed_…`
        columns |= {"changed_by": getattr(event, by), "changed_at": getattr(event, at)}
    return columns


async def every[R: Row](table: Table[R], reader: Reader) -> tuple[R, ...]:
    """Return every row, by its key."""
    return tuple(await table.select(reader, f"order by {table.key}"))


async def one[R: Row](table: Table[R], reader: Reader, key: str) -> R | None:
    """Return the row with this key."""
    return None if NUL in key else (await table.load(reader, [key])).get(key)
