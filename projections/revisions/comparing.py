"""Comparison of a projection with the log: its rows folded anew beside the live ones."""

from dataclasses import dataclass
from typing import Final

import asyncpg

from projections.engine.checkpoints import HASH_AT, Checkpoint, read_on
from projections.engine.log_batches import cycles_left_alone
from projections.engine.rows import Connection
from projections.revisions.rebuild import Rebuild, Tell

MOST_TOLD: Final = 100  # differences of one table; there may be more
TRIES: Final = 3  # a person may be forgotten in the very moment of the comparison

LIVE: Final = """
select revision, version, position, position_hash as hash,
    (select count(*) from read.quarantine k where k.projection = p.name and k.revision = p.revision)
        as quarantined
from es.projection p where name = $1 and stage = 'live'
"""
# The live rows, their checkpoint and the last events are those of one moment. It may take long, but
# one that is frozen must not keep the tables for ever. (A timer is not set anew, only ended.)
LIMITS: Final = """
set local statement_timeout = 0;
set local transaction_timeout = 0;
set local transaction_timeout = '1h';
"""
KEY: Final = """
select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
where i.indrelid = to_regclass($1) and i.indisprimary
"""
DIFFERENCES: Final = """
select concat_ws(' ', {key}) as key,
    case when to_jsonb(l) is null then 'missing' when to_jsonb(b) is null then 'foreign'
        else 'different' end as kind,
    case when to_jsonb(l) is null or to_jsonb(b) is null then '{{}}'::text[]
        else array(
            select e.key from jsonb_each(to_jsonb(b)) e
            where to_jsonb(l) -> e.key is distinct from e.value order by 1
        ) end as columns
from read.{live} l full join read.{built} b using ({key})
where to_jsonb(l) is distinct from to_jsonb(b)
limit {most}
"""


class NotComparable(Exception):
    """There are no rows that these rules have made, or they were taken away meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A row that is not what the log says; what it says instead may be private."""

    table: str
    key: str
    kind: str  # different, missing, foreign: the log makes no such row
    columns: tuple[str, ...]  # that differ


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a comparison of one projection has found."""

    name: str
    revision: int
    position: int  # up to which the rows and the log were compared
    rows: int  # live ones
    quarantined: int  # keys whose rows stand still until somebody looks
    same_log: bool  # the event under the checkpoint is still in the log
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Return whether the rows are what the log says."""
        return self.same_log and not self.differences


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """Where the live revision stands."""

    revision: int
    version: int
    position: int
    hash: bytes | None
    quarantined: int
    same_log: bool


class Compare(Rebuild):
    """A rebuild that is compared with the live rows, up to where they stand, and thrown away."""

    async def compared(self, tell: Tell = lambda _: None) -> Comparison:
        """Fold the log beside the live rows and compare; what is live stays as it is.

        Raises: NotComparable, RebuildRunsAlready, RebuildStopped, ProjectionFenced, LogForked.
        """
        live = await self._live()
        if not live.same_log:
            return self._told(live, 0, ())
        at = await self._begin()
        try:
            with cycles_left_alone():
                at = await self._fold(at, tell, live.position)
            return await self._compare_at_last(at)
        finally:
            if not self._connection.is_closed():
                await self._give_up(at)

    async def _live(self) -> Live:
        name, version = self._projection.NAME, self._projection.VERSION
        found = await self._connection.fetchrow(LIVE, name)
        if found is None:
            raise NotComparable(f"{name} was never projected: start a projector")
        stored = await self._connection.fetchval(HASH_AT, found["position"])
        live = Live(**found, same_log=stored == found["hash"])
        if live.version != version:
            raise NotComparable(
                f"{name} shows the rows of version {live.version}, and this program's rules are"
                f" version {version}: check it when a projector has upgraded it"
            )
        return live

    async def _compare_at_last(self, at: Checkpoint) -> Comparison:
        for left in reversed(range(TRIES)):
            try:
                return await self._compare(at)
            except asyncpg.SerializationError:
                if not left:
                    raise
        raise AssertionError

    async def _compare(self, at: Checkpoint) -> Comparison:
        tables = [table.name for table in self._projection.TABLES]
        async with self._connection.transaction(isolation="repeatable_read"):
            await self._connection.execute(LIMITS)
            # Before the snapshot is taken: a rebuild must not put other tables in their place.
            names = ", ".join(f"read.{table}" for table in tables)
            await self._connection.execute(f"lock table {names} in access share mode")
            live = await self._live()
            if live.position < at.position:
                raise NotComparable(f"{at.name} was begun anew meanwhile: check it again")
            if not live.same_log:
                return self._told(live, 0, ())
            await self._up_to(at, live.position)
            rows = 0
            found: list[Difference] = []
            for table in tables:
                rows += await self._connection.fetchval(f"select count(*) from read.{table}")  # noqa: S608  ours
                found += await differences(self._connection, table, at.revision)
        return self._told(live, rows, tuple(found))

    async def _up_to(self, at: Checkpoint, position: int) -> None:
        while at.position < position:
            batch = await read_on(self._connection, at, self._personal)
            part = batch.up_to(position) if batch is not None else None
            if part is None:
                return
            at = await self._project_batch(at, part)

    def _told(self, live: Live, rows: int, found: tuple[Difference, ...]) -> Comparison:
        return Comparison(
            name=self._projection.NAME,
            revision=live.revision,
            position=live.position,
            rows=rows,
            quarantined=live.quarantined,
            same_log=live.same_log,
            differences=found,
        )


async def differences(connection: Connection, table: str, revision: int) -> list[Difference]:
    """Return how the live rows of a table differ from those of a revision, 100 of them at most."""
    key = await connection.fetchval(KEY, f"read.{table}")
    sql = DIFFERENCES.format(key=key, live=table, built=f"{table}_r{revision}", most=MOST_TOLD)
    return [
        Difference(
            table=table, key=record["key"], kind=record["kind"], columns=tuple(record["columns"])
        )
        for record in await connection.fetch(sql)
    ]
