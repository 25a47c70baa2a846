"""Loading: a simulated log is copied into an installation that has no event, all of it or nothing.

It is the owner who does it, for nobody else may choose positions and times. What was copied is
checked as an auditor checks it, before it counts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg

from events.log.memory import FIRST_REFERENCE
from events.log.privacy.keyring import Keyring
from events.log.privacy.subject_keys import whose
from events.log.proof.chain import ChainCheck
from events.log.proof.merkle import CompactRange, leaf_hash
from events.log.recorded import CommandRecord, RecordedEvent
from services.simulation.clockwork.world import World
from services.simulation.sandbox.sealed_rows import Seals, sealed_rows

PAGE: Final = 5_000
EVENT: Final = (*RecordedEvent.__struct_fields__, "ordinal", "request_digest")
COMMAND: Final = (
    "command_id",
    "request_digest",
    "stream",
    "version",
    "last_position",
    "recorded_at",
)
IS_EMPTY: Final = """
select not exists (select from es.event) and not exists (select from es.command)
    and not exists (select from es.subject_key)
"""
KEEP_KEY: Final = "insert into es.subject_key (subject, kek_id, wrapped_key) values ($1, $2, $3)"
LAST_REFERENCE: Final = "select setval('es.reference', $1)"


class NotFresh(Exception):
    """The installation has a life already; a year is simulated into one that has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What was copied."""

    events: int
    root: bytes  # of the tree over every event, as the notary signs it: equal for equal logs


async def require_fresh(owner_dsn: str) -> None:
    """Return if nothing was ever stored there.

    Raises: NotFresh.
    """
    connection = await asyncpg.connect(owner_dsn)
    try:
        _require_empty(await connection.fetchval(IS_EMPTY))
    finally:
        await connection.close()


async def load(owner_dsn: str, world: World, keyring: Keyring) -> Loaded:
    """Copy the world's log into an empty one. Appends wait meanwhile, and find it there.

    Raises: NotFresh.
    """
    seals = Seals(world.draws.seed)
    events = await world.log.read_all(0, await world.log.head())
    rows = list(sealed_rows(events, seals))
    _require_whole(rows)
    connection = await asyncpg.connect(owner_dsn)
    try:
        async with connection.transaction():
            await connection.execute("lock table es.append_gate in exclusive mode")
            _require_empty(await connection.fetchval(IS_EMPTY))
            await _copied(connection, world, rows)
            for subject, key in seals.keys.items():
                key_id, wrapped = keyring.seal(key, whose(subject))
                await connection.execute(KEEP_KEY, subject, key_id, wrapped)
        await connection.execute("vacuum analyze es.event")
    finally:
        await connection.close()
    return Loaded(events=len(rows), root=root_of(rows))


def root_of(rows: Iterable[RecordedEvent]) -> bytes:
    """Return the one hash that stands for every byte of these events, in their order."""
    tree = CompactRange()
    for row in rows:
        tree.add(leaf_hash(row.hash))
    return tree.root()


async def _copied(connection: asyncpg.Connection, world: World, rows: list[RecordedEvent]) -> None:
    records = {one.command_id: one for one in world.log.answered_commands}
    await connection.copy_records_to_table(
        "event", schema_name="es", columns=EVENT, records=_values(rows, records)
    )
    without = [one for one in records.values() if one.first_position is None]
    await connection.copy_records_to_table(
        "command",
        schema_name="es",
        columns=COMMAND,
        records=[tuple(getattr(one, name) for name in COMMAND) for one in without],
    )
    newest = await world.log.next_reference() - 1
    if newest >= FIRST_REFERENCE:
        await connection.execute(LAST_REFERENCE, newest)


def _values(
    rows: Iterable[RecordedEvent], records: Mapping[UUID, CommandRecord]
) -> Iterator[tuple[object, ...]]:
    """Yield the columns of each event, with its place in its command."""
    for row in rows:
        record = records[row.command_id]
        ordinal = row.position - (record.first_position or row.position)
        values = (getattr(row, name) for name in RecordedEvent.__struct_fields__)
        yield (*values, ordinal, record.request_digest)


def _require_empty(empty: bool) -> None:  # noqa: FBT001  an answer of the database
    if not empty:
        raise NotFresh(
            "This installation has events, or keys of people: simulate a year into a fresh one,"
            " as TOCSIN_DATA=another-directory names it."
        )


def _require_whole(rows: Iterable[RecordedEvent]) -> None:
    faults = list(ChainCheck().faults(rows))
    if faults:
        raise AssertionError(f"the simulated log does not verify: {faults[0]}")
