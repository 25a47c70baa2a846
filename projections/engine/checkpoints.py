"""Projection checkpoints: leased, verified against the log, moved with the rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from events.log.privacy.personal_data import PersonalData
from events.log.recorded import Recorded
from projections.engine.log_batches import LogBatch, read_behind
from projections.engine.projection import Projection
from projections.engine.rows import Connection

LEASE: Final = timedelta(seconds=6)  # by the database's clock; who stops renewing loses it then

BEGIN = """
insert into es.projection (name, revision, version, tables)
select $1, greatest(coalesce(max(revision), 0) + 1, $2), $2, $3
from es.projection where name = $1
having not coalesce(bool_or(stage = 'live'), false)
on conflict do nothing
"""
TAKE = """
update es.projection p
set epoch = p.epoch + 1, owner = $3, lease_until = clock_timestamp() + $4, tables = $5,
    session_pid = me.pid, session_started = me.backend_start, state = 'live', trouble = null
from pg_stat_activity me
where name = $1 and version = $2 and stage = 'live' and (owner = $3 or es.lease_is_free(p))
    and me.pid = pg_backend_pid()
returning revision, position, position_hash as hash, epoch
"""
RENEW = """
update es.projection p set lease_until = clock_timestamp() + $4
from unnest($1::text[], $2::integer[], $3::bigint[]) held (name, revision, epoch)
where p.name = held.name and p.revision = held.revision and p.epoch = held.epoch
returning p.name
"""
RELEASE = """
update es.projection p set lease_until = null
from unnest($1::text[], $2::integer[], $3::bigint[]) held (name, revision, epoch)
where p.name = held.name and p.revision = held.revision and p.epoch = held.epoch
"""
HASH_AT = "select hash from es.event where position = $1"
MOVE = """
update es.projection p
set position = $6, position_hash = $7, lease_until = clock_timestamp() + $8,
    batch_seconds = held.seconds,
    state = case p.stage when 'live' then 'live' else p.state end, trouble = null
from unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[], $5::float8[])
    held (name, revision, epoch, position, seconds)
where p.name = held.name and p.revision = held.revision and p.epoch = held.epoch
    and p.position = held.position
"""
SAY = """
update es.projection set state = $4, trouble = $5
where name = $1 and revision = $2 and epoch = $3
"""


class ProjectionFenced(Exception):
    """Another process has taken the projection over; this one must not write any more."""


class LogForked(Exception):
    """The log is not the one that the projection was reading: it was restored, or replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Where a revision of a projection stands, and proof of who moves it."""

    name: str
    revision: int
    position: int
    hash: bytes | None = field(repr=False)  # of the event there; None at the start
    epoch: int


async def take_over(
    connection: Connection, projection: Projection, owner: str, lease: timedelta = LEASE
) -> Checkpoint | None:
    """Become the projection's only writer; None while somebody else holds its lease.

    None also where the rows were made by another version of the rules: see upgrading.py. A
    projection that begins at 0 begins empty.
    Raises: LogForked.
    """
    name, version = projection.NAME, projection.VERSION
    tables = [table.name for table in projection.TABLES]
    forked: LogForked | None = None
    async with connection.transaction():
        await connection.execute(BEGIN, name, version, tables)
        taken = await connection.fetchrow(TAKE, name, version, owner, lease, tables)
        if taken is None:
            return None
        checkpoint = Checkpoint(name=name, **taken)
        if checkpoint.position == 0:
            await connection.execute(f"truncate {', '.join(f'read.{table}' for table in tables)}")
        elif await connection.fetchval(HASH_AT, checkpoint.position) != checkpoint.hash:
            forked = await refuse(connection, checkpoint)  # in here: nobody may see it as live
    if forked is not None:
        raise forked
    return checkpoint


async def refuse(connection: Connection, at: Checkpoint) -> LogForked:
    """Tell readers that the log is not the one that was read up to here; return what to say."""
    trouble = f"the log holds another event at position {at.position}, or none"
    await say(connection, at, "refused", trouble)
    return LogForked(
        f"{at.name} has read up to position {at.position}, and the log holds"
        " another event there, or none: it was restored to an older state, or is another log."
        f" To build the rows anew from this log: tocsin projections rebuild {at.name}"
    )


async def read_on(
    connection: Connection, at: Checkpoint, personal: PersonalData | None = None
) -> LogBatch | None:
    """Return the batch after a checkpoint, of the log that the checkpoint is of.

    Raises: LogForked.
    """
    behind, batch = await read_behind(connection, at.position, personal)
    if behind != at.hash:
        raise await refuse(connection, at)
    return batch


async def move(
    connection: Connection,
    at: Checkpoint,
    to: Recorded[object],
    *,
    seconds: float = 0,
    lease: timedelta = LEASE,
) -> Checkpoint:
    """Move the checkpoint to an event, first of all in the transaction that writes the rows.

    `seconds` is how long the batch before took, for those who ask why a projection is behind.
    Raises: ProjectionFenced.
    """
    (moved,) = await move_all(connection, {at: seconds}, to, lease=lease)
    return moved


async def move_all(
    connection: Connection,
    held: Mapping[Checkpoint, float],
    to: Recorded[object],
    *,
    lease: timedelta = LEASE,
) -> list[Checkpoint]:
    """Move several checkpoints to an event, each given with its seconds: all of them, or none.

    Raises: ProjectionFenced.
    """
    positions = [at.position for at in held]
    done = await connection.execute(
        MOVE, *_columns(held), positions, list(held.values()), to.position, to.hash, lease
    )
    if done != f"UPDATE {len(held)}":
        names = ", ".join(at.name for at in held)
        raise ProjectionFenced(f"{names}: another owner, or rebuilt, or reset")
    return [replace(at, position=to.position, hash=to.hash) for at in held]


async def renew(
    connection: Connection, held: Collection[Checkpoint], lease: timedelta = LEASE
) -> set[str]:
    """Hold the leases longer, and return the names of those that are still ours."""
    rows = await connection.fetch(RENEW, *_columns(held), lease)
    return {row["name"] for row in rows}


async def release(connection: Connection, held: Collection[Checkpoint]) -> None:
    """Give the leases back, so that nobody has to wait for their end."""
    await connection.execute(RELEASE, *_columns(held))


async def say(connection: Connection, at: Checkpoint, state: str, trouble: str | None) -> None:
    """Tell readers how the projection is doing."""
    await connection.execute(SAY, at.name, at.revision, at.epoch, state, trouble)


def _columns(held: Collection[Checkpoint]) -> tuple[list[str], list[int], list[int]]:
    return [at.name for at in held], [at.revision for at in held], [at.epoch for at in held]
