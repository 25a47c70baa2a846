"""How far each projection has read: taken over, verified against the log, moved with the rows."""

from dataclasses import dataclass

from projections.registry import Projection
from projections.rows import Connection

TAKE_OVER = """
insert into es.projection as p (name, revision, epoch, owner) values ($1, $2, 1, $3)
on conflict (name, revision) do update
    set epoch = p.epoch + 1, owner = excluded.owner, state = 'live'
returning position, position_hash as hash, epoch
"""
# Another revision's checkpoint speaks of rows that this one is about to replace.
FORGET_OTHERS = "delete from es.projection where name = $1 and revision <> $2"
HASH_AT = "select hash from es.event where position = $1"
MOVE = """
update es.projection set position = $5, position_hash = $6, state = 'live'
where name = $1 and revision = $2 and position = $3 and epoch = $4
"""
SAY = "update es.projection set state = $4 where name = $1 and revision = $2 and epoch = $3"


class ProjectionFenced(Exception):
    """Another process has taken the projection over; this one must not write any more."""


class LogForked(Exception):
    """The log is not the one that the projection was reading: it was restored, or replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Where a projection stands, and proof of who moves it."""

    position: int
    hash: bytes | None  # of the event there; None at the start
    epoch: int


async def take_over(connection: Connection, projection: Projection, owner: str) -> Checkpoint:
    """Become the projection's only writer; a projection that begins at 0 begins empty.

    Raises: LogForked.
    """
    name, revision = projection.NAME, projection.VERSION
    async with connection.transaction():
        await connection.execute(FORGET_OTHERS, name, revision)
        [taken] = await connection.fetch(TAKE_OVER, name, revision, owner)
        checkpoint = Checkpoint(**taken)
        if checkpoint.position == 0:
            tables = ", ".join(f"read.{table}" for table in projection.TABLES)
            await connection.execute(f"truncate {tables}")
    await require_same_log(connection, projection, checkpoint)
    return checkpoint


async def require_same_log(
    connection: Connection, projection: Projection, checkpoint: Checkpoint
) -> None:
    """Let a checkpoint pass whose event is still the one in the log.

    Raises: LogForked.
    """
    if checkpoint.position == 0:
        return
    if await connection.fetchval(HASH_AT, checkpoint.position) == checkpoint.hash:
        return
    await say(connection, projection, checkpoint, "refused")
    raise LogForked(
        f"{projection.NAME} has read up to position {checkpoint.position}, and the log holds"
        " another event there, or none: it was restored to an older state. To build the rows anew"
        " from this log, delete the projection's row in es.projection."
    )


async def move(
    connection: Connection, projection: Projection, at: Checkpoint, position: int, digest: bytes
) -> Checkpoint:
    """Move the checkpoint, in the transaction that writes the rows.

    Raises: ProjectionFenced.
    """
    done = await connection.execute(
        MOVE, projection.NAME, projection.VERSION, at.position, at.epoch, position, digest
    )
    if done != "UPDATE 1":
        raise ProjectionFenced(f"{projection.NAME} has another owner, or was reset")
    return Checkpoint(position=position, hash=digest, epoch=at.epoch)


async def say(
    connection: Connection, projection: Projection, checkpoint: Checkpoint, state: str
) -> None:
    """Tell readers how the projection is doing."""
    await connection.execute(SAY, projection.NAME, projection.VERSION, checkpoint.epoch, state)
