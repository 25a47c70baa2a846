"""Quarantine: a key whose event cannot be applied is set aside, and all others go on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from events.log.recorded import Recorded, UnknownEvent
from projections.engine.checkpoints import Checkpoint
from projections.engine.rows import Connection

MOST: Final = 100  # keys of one projection; beyond it the program is at fault, not the events

QUARANTINE = """
insert into read.quarantine (projection, revision, key, position, type, error)
values ($1, $2, $3, $4, $5, $6) on conflict do nothing
"""
FROZEN = "select key from read.quarantine where projection = $1 and revision = $2"
ASKED = """
select key, position from read.quarantine
where projection = $1 and revision = $2 and retry order by position
"""
ASK = """
update read.quarantine k set retry = true from es.projection p
where k.projection = p.name and k.revision = p.revision and p.stage = 'live'
    and k.projection = $1 and ($2::text is null or k.key = $2)
returning k.key
"""
ASK_ALL = "update read.quarantine set retry = true where projection = $1 and revision = $2"
FAILED = """
update read.quarantine set retry = false, attempts = attempts + 1,
    position = $4, type = $5, error = $6
where projection = $1 and revision = $2 and key = $3
"""
FREE = "delete from read.quarantine where projection = $1 and revision = $2 and key = $3"
LIST = """
select k.projection, k.revision, k.key, k.position, k.type, k.error, k.attempts, k.retry,
    k.quarantined_at
from read.quarantine k join es.projection p on p.name = k.projection and p.revision = k.revision
where p.stage = 'live' order by k.projection, k.position
"""


class EventUnknown(Exception):
    """The program does not know this type of event, so it cannot tell what it changes."""


class EventBroken(Exception):
    """The program knows this type of event, and its bytes do not say what they should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedKey:
    """Rows that stay as they were before an event."""

    projection: str
    revision: int
    key: str
    position: int  # of the event
    type: str
    error: str
    attempts: int
    retry: bool  # asked for
    quarantined_at: datetime


def is_poison(failure: Exception) -> bool:
    """Say whether an event is at fault, and not the database or the schema."""
    if isinstance(failure, asyncpg.PostgresError):
        return (failure.sqlstate or "").startswith(("22", "23"))  # data, constraints
    if isinstance(failure, asyncpg.InterfaceError):
        return isinstance(failure, ValueError)  # the driver could not send a value
    return not isinstance(failure, OSError)  # a TimeoutError is one


def kind_of(failure: Exception) -> str:
    """Return what went wrong without its text, which may hold private data."""
    state = getattr(failure, "sqlstate", None)
    name = type(failure).__name__
    return f"{name} (SQLSTATE {state})" if isinstance(state, str) else name


def type_of(recorded: Recorded[object]) -> str:
    """Return the event's wire name."""
    event = recorded.event
    if isinstance(event, UnknownEvent):
        return f"{event.type}, version {event.schema_version}"
    return str(getattr(event, "type", type(event).__name__))


async def quarantine(
    connection: Connection, at: Checkpoint, key: str, recorded: Recorded[object], error: str
) -> None:
    """Set a key aside, in the transaction that moves the checkpoint over its event."""
    await connection.execute(
        QUARANTINE, at.name, at.revision, key, recorded.position, type_of(recorded), error
    )


async def frozen_keys(connection: Connection, at: Checkpoint) -> set[str]:
    """Return the keys set aside."""
    return {row["key"] for row in await connection.fetch(FROZEN, at.name, at.revision)}


async def ask_again(connection: Connection, name: str, key: str | None) -> list[str]:
    """Ask the projection's owner to try a key once more, or all; return which ones there are."""
    return [row["key"] for row in await connection.fetch(ASK, name, key)]


async def asked(connection: Connection, at: Checkpoint) -> dict[str, int]:
    """Return the keys to be tried once more, and the positions where they stopped."""
    rows = await connection.fetch(ASKED, at.name, at.revision)
    return {row["key"]: row["position"] for row in rows}


async def ask_for_all(connection: Connection, at: Checkpoint) -> None:
    """Ask for another attempt at every key: a newer program may know better."""
    await connection.execute(ASK_ALL, at.name, at.revision)


async def failed_again(
    connection: Connection, at: Checkpoint, key: str, recorded: Recorded[object], error: str
) -> None:
    """Keep a key aside after another attempt."""
    await connection.execute(
        FAILED, at.name, at.revision, key, recorded.position, type_of(recorded), error
    )


async def free(connection: Connection, at: Checkpoint, key: str) -> None:
    """Let a key go on, in the transaction that wrote its rows."""
    await connection.execute(FREE, at.name, at.revision, key)


async def list_quarantined(connection: Connection) -> tuple[QuarantinedKey, ...]:
    """Return every key set aside in a live revision."""
    return tuple(QuarantinedKey(**row) for row in await connection.fetch(LIST))
