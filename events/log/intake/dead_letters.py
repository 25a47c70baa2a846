"""Dead letters: messages behind a good key that nobody could read, kept beside the log, sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from events.log.database import Database
from events.log.privacy.keyring import Keyring, SealBroken

BEGINNING: Final = 64 * 1024  # bytes of a message that are kept

KEEP: Final = "select es.keep_dead_letter($1, $2, $3, $4, $5, $6, $7, $8)"
NEWEST: Final = """
select number, integration_id, source, reason, size, sha256, first_at, last_at, times,
    arrival_id
from es.dead_letter
where ($1::text is null or integration_id = $1) and ($2::bigint is null or number < $2)
order by number desc limit $3
"""
FIND: Final = """
select number, integration_id, source, reason, size, sha256, first_at, last_at, times,
    arrival_id, sealed_by, sealed
from es.dead_letter where number = $1
"""
RECENT: Final = """
select count(*) from es.dead_letter
where last_at > clock_timestamp() - make_interval(secs => $1)
"""
BY_SOURCE: Final = "select source, sum(times)::bigint as times from es.dead_letter group by source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A message that could not be read, as it came."""

    integration_id: str
    source: str  # the kind of sender, by its intake source's name
    reason: str
    size: int  # bytes
    sha256: bytes  # of the whole
    beginning: bytes
    arrival_id: UUID | None = None  # where it is kept as long as other messages are


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that could not be read, as it is kept; the same bytes again are the same letter."""

    number: int
    integration_id: str
    source: str  # the kind of sender, by its intake source's name
    reason: str
    size: int
    sha256: bytes
    first_at: datetime
    last_at: datetime
    times: int
    arrival_id: UUID | None = None  # of the newest


class DeadLetters(Protocol):
    """Where messages go that cannot be read."""

    async def keep(self, message: Unreadable) -> None:
        """Keep it, durably.

        Raises: LogUnavailable.
        """
        ...

    async def newest(
        self, limit: int, *, integration_id: str | None = None, before: int | None = None
    ) -> list[DeadLetter]:
        """Return at most `limit` letters, newest first.

        Raises: LogUnavailable.
        """
        ...

    async def find(self, number: int) -> tuple[DeadLetter, bytes | None] | None:
        """Return a letter and its beginning; None for bytes that no key opens any more.

        Raises: LogUnavailable.
        """
        ...

    async def recent(self, seconds: float) -> int:
        """Return how many different ones came in the last seconds.

        Raises: LogUnavailable.
        """
        ...

    async def by_source(self) -> dict[str, int]:
        """Return how many messages were kept, each time one came, by source.

        Raises: LogUnavailable.
        """
        ...


class PostgresDeadLetters:
    """The letters beside the log. Whoever reads the database does not read what is in them."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    async def keep(self, message: Unreadable) -> None:
        """Keep it, durably."""
        place = _place(message.integration_id, message.sha256)
        sealed_by, sealed = self._keyring.seal(message.beginning, place)
        await self._database.fetchval(
            KEEP,
            message.integration_id,
            message.source,
            message.reason,
            message.size,
            message.sha256,
            sealed_by,
            sealed,
            message.arrival_id,
        )

    async def newest(
        self, limit: int, *, integration_id: str | None = None, before: int | None = None
    ) -> list[DeadLetter]:
        """Return at most `limit` letters, newest first."""
        rows = await self._database.fetch(NEWEST, integration_id, before, limit)
        return [DeadLetter(**row) for row in rows]

    async def find(self, number: int) -> tuple[DeadLetter, bytes | None] | None:
        """Return a letter and its beginning."""
        row = await self._database.fetchrow(FIND, number)
        if row is None:
            return None
        members = dict(row)
        sealed_by, sealed = members.pop("sealed_by"), members.pop("sealed")
        letter = DeadLetter(**members)
        try:
            place = _place(letter.integration_id, letter.sha256)
            return letter, self._keyring.open(sealed_by, sealed, place)
        except SealBroken:
            return letter, None

    async def recent(self, seconds: float) -> int:
        """Return how many different ones came in the last seconds."""
        count: int = await self._database.fetchval(RECENT, seconds)
        return count

    async def by_source(self) -> dict[str, int]:
        """Return how many messages were kept, by source."""
        rows = await self._database.fetch(BY_SOURCE)
        return {row["source"]: row["times"] for row in rows}


def _place(integration_id: str, sha256: bytes) -> bytes:
    return b"tocsin dead letter\x00" + integration_id.encode() + b"\x00" + sha256
