"""Tree heads: the notary's signed checkpoints, stored beside the log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from events.log.database import Database

BLOCK_LEVEL = 8
BLOCK = 1 << BLOCK_LEVEL  # events

HEAD = "select size, root, frontier, note, created_at from es.tree_head"
NEWEST = f"{HEAD} order by size desc limit 1"
AT = f"{HEAD} where size = $1"
AFTER = f"{HEAD} where size > $1 order by size limit $2"
# Positions are dense, so a page is a range: no limit, no sort.
ENTRIES = """
select position, hash, event_id, command_id, ordinal from es.event
where position > $1 and position <= $2 order by position
"""
LAST_POSITION = "select coalesce(max(position), 0) from es.event"
BLOCKS = "select number, hash from es.tree_block where number < $1 order by number"
KEYS = "select verifier_key from es.notary_key order by first_used_at, verifier_key"
# One statement: all or nothing, in one round trip.
KEEP = """
with blocks as (
    insert into es.tree_block (number, hash)
    select * from unnest($5::bigint[], $6::bytea[]) on conflict do nothing
), keys as (
    insert into es.notary_key (verifier_key)
    select $7 where not exists (select from es.notary_key where verifier_key = $7)
    on conflict do nothing
)
insert into es.tree_head (size, root, frontier, note) values ($1, $2, $3, $4)
on conflict do nothing
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeHead:
    """The tree over the log's first `size` events, signed."""

    size: int
    root: bytes
    frontier: tuple[bytes, ...] = field(repr=False)
    note: str = field(repr=False)
    created_at: datetime


class Entry(msgspec.Struct, frozen=True, gc=False):
    """What the tree knows of an event, and what its id is made of."""

    position: int
    hash: bytes
    event_id: UUID
    command_id: UUID
    ordinal: int  # of the event in its command, from 0


class TreeHeads:
    """Heads, blocks and keys. Reads are for everybody who audits, writes for the notary."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self) -> TreeHead | None:
        """Return the head over most events. Raises: LogUnavailable."""
        return head_in(await self._database.fetchrow(NEWEST))

    async def at(self, size: int) -> TreeHead | None:
        """Return the head of exactly this size. Raises: LogUnavailable."""
        return head_in(await self._database.fetchrow(AT, size))

    async def after(self, size: int, limit: int) -> list[TreeHead]:
        """Return at most `limit` larger heads, the smallest first. Raises: LogUnavailable."""
        rows = await self._database.fetch(AFTER, size, limit)
        return [head for head in map(head_in, rows) if head is not None]

    async def entries(self, start: int, end: int) -> list[Entry]:
        """Return the entries at the indexes from `start` up to `end`. Raises: LogUnavailable."""
        return [Entry(*row) for row in await self._database.fetch(ENTRIES, start, end)]

    async def last_position(self) -> int:
        """Return the newest position of the log, 0 when it is empty. Raises: LogUnavailable."""
        position: int = await self._database.fetchval(LAST_POSITION)
        return position

    async def blocks(self, size: int) -> list[bytes]:
        """Return the roots of the whole blocks of the first `size` events, up to one not known.

        Raises: LogUnavailable.
        """
        rows = await self._database.fetch(BLOCKS, size // BLOCK)
        return [row["hash"] for place, row in enumerate(rows) if row["number"] == place]

    async def keys(self) -> list[str]:
        """Return every public key that has signed, the oldest first. Raises: LogUnavailable."""
        return [row["verifier_key"] for row in await self._database.fetch(KEYS)]

    async def keep(
        self, head: TreeHead, blocks: Sequence[tuple[int, bytes]], verifier_key: str
    ) -> None:
        """Store a head with the blocks it completes and the key that signed it, all or nothing.

        Raises: LogUnavailable.
        """
        await self._database.fetch(
            KEEP,
            head.size,
            head.root,
            head.frontier,
            head.note,
            [number for number, _ in blocks],
            [root for _, root in blocks],
            verifier_key,
        )


def head_in(row: asyncpg.Record | None) -> TreeHead | None:
    """Return the head in a row, if there is one."""
    if row is None:
        return None
    return TreeHead(
        size=row["size"],
        root=row["root"],
        frontier=tuple(row["frontier"]),
        note=row["note"],
        created_at=row["created_at"],
    )
