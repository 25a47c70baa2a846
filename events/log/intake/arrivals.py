"""Arrivals: every message behind a good key, kept beside the log before it is answered, sealed.

Messages that come at once are kept by one statement, and what became of those before goes with it.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol
from uuid import UUID

import asyncpg
import structlog

from events.errors import LogFault, LogUnavailable
from events.log.database import Database
from events.log.intake import arrival_statements as sql
from events.log.privacy.keyring import Keyring, SealBroken

BODY_KEPT: Final = 512 * 1024  # bytes of a body; what is longer keeps its beginning
AT_ONCE: Final = 100  # messages in one statement
BYTES_AT_ONCE: Final = 4 * 1024 * 1024
OUTCOMES_AT_ONCE: Final = 500
OUTCOMES_WAITING: Final = 20_000  # what is beyond is found out again by the sweep
ANEW_SECONDS: Final = 1.0  # after a statement that failed, if nobody waits for it

logs = structlog.get_logger(__name__)


class ArrivalOutcome(StrEnum):
    """Outcome of an arrival, in one word."""

    OPENED = "opened"  # an incident
    JOINED = "joined"  # an incident that goes on
    UNCHANGED = "unchanged"  # it said nothing new
    STORED = "stored"  # something else than alerts
    REFUSED = "refused"
    UNREADABLE = "unreadable"  # a dead letter
    PUT_OFF = "put_off"  # its sender was asked to send it again
    FAILED = "failed"  # tried again and again in vain


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to keep, as it came but for its secrets."""

    arrival_id: UUID
    at: datetime
    integration_id: str
    source: str  # the kind of sender, by its intake source's name
    size: int  # bytes of the body
    kept: int  # of them, from the beginning
    sha256: bytes  # of the whole body
    content: bytes = field(repr=False)
    correlation_id: str | None = None
    replay_of: UUID | None = None
    replay_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What became of an arrival."""

    outcome: ArrivalOutcome
    reason: str
    detail: str = "{}"  # JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptArrival:
    """Arrival as it is kept, without its text."""

    arrival_id: UUID
    arrived_at: datetime
    integration_id: str
    source: str
    size: int
    kept: int
    sha256: bytes
    correlation_id: str | None
    replay_of: UUID | None
    outcome: str | None  # None: it is not processed yet
    reason: str | None
    detail: str | None
    finished_at: datetime | None
    attempts: int


type WithText = tuple[KeptArrival, bytes | None]  # None: no key opens it any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many arrivals wait to be processed, and for how long the first has."""

    number: int
    seconds: float


class Arrivals(Protocol):
    """Where messages are kept. Whatever it does may raise LogUnavailable."""

    async def keep(self, message: Message) -> None:
        """Keep it, durably."""
        ...

    def ended(self, arrival_id: UUID, ending: Ending) -> None:
        """Record what became of one that is kept, soon; if that is lost, the sweep finds it."""
        ...

    async def flush(self) -> None:
        """Wait until what is recorded so far is kept."""
        ...

    async def newest(
        self,
        integration_id: str,
        limit: int,
        *,
        before: UUID | None = None,
        outcome: str | None = None,
    ) -> list[KeptArrival]:
        """Return at most `limit` of an integration, newest first."""
        ...

    async def find(self, arrival_id: UUID) -> WithText | None:
        """Return one with its text."""
        ...

    async def replayed(self, arrival_id: UUID, key: str) -> KeptArrival | None:
        """Return the replay of an arrival that was asked for under this key."""
        ...

    async def claim(self, limit: int, after: timedelta) -> list[WithText]:
        """Take some that are not processed, that long after they came, oldest first."""
        ...

    async def later(self, arrival: KeptArrival, limit: int) -> list[WithText]:
        """Return what came from the same sender after an arrival and was taken, in order."""
        ...

    async def taken(self, after: UUID, until: UUID, limit: int) -> list[WithText]:
        """Return what came between two ids from any sender and was taken, in order; no replays."""
        ...

    async def oldest(self) -> datetime | None:
        """Return when the oldest that is kept came; None: none is."""
        ...

    async def waiting(self, after: timedelta) -> Waiting:
        """Return how many are not processed, that long after they came."""
        ...

    async def failed(self, within: timedelta | None = None) -> int:
        """Return how many were tried in vain, of all that are kept or within so long."""
        ...


class PostgresArrivals:
    """The arrivals beside the log."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring
        self._messages: deque[tuple[Message, asyncio.Future[None]]] = deque()
        self._endings: deque[tuple[UUID, Ending]] = deque(maxlen=OUTCOMES_WAITING)
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, message: Message) -> None:
        """Keep it, durably."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._messages.append((message, kept))
        self._write()
        await kept

    def ended(self, arrival_id: UUID, ending: Ending) -> None:
        """Record what became of one that is kept, soon."""
        self._endings.append((arrival_id, ending))
        self._write()

    async def flush(self) -> None:
        """Wait until what is recorded so far is kept, or could not be."""
        while self._writing is not None and not self._writing.done():
            await asyncio.wait([self._writing])

    def _write(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        while self._messages or self._endings:
            messages, endings = self._next_messages(), self._next_endings()
            try:
                await self._write_some([one for one, _ in messages], endings)
            except LogFault as fault:
                self._endings.extendleft(reversed(endings))
                _fail(messages, fault)
                if not messages:
                    logs.warning("outcomes_wait", number=len(self._endings), reason=str(fault))
                    await asyncio.sleep(ANEW_SECONDS)
            except Exception as defect:  # one of them cannot be stored; nobody waits for ever
                logs.exception("arrivals_not_kept", messages=len(messages), endings=len(endings))
                _fail(messages, defect)
            else:
                for _, kept in messages:
                    if not kept.done():
                        kept.set_result(None)

    def _next_messages(self) -> list[tuple[Message, asyncio.Future[None]]]:
        chosen: list[tuple[Message, asyncio.Future[None]]] = []
        size = 0
        while self._messages and len(chosen) < AT_ONCE and size < BYTES_AT_ONCE:
            chosen.append(self._messages.popleft())
            size += len(chosen[-1][0].content)
        return chosen

    def _next_endings(self) -> list[tuple[UUID, Ending]]:
        number = min(len(self._endings), OUTCOMES_AT_ONCE)
        return [self._endings.popleft() for _ in range(number)]

    async def _write_some(
        self, messages: Sequence[Message], endings: Sequence[tuple[UUID, Ending]]
    ) -> None:
        if not messages:
            await self._database.fetch(sql.ENDED, *_ending_columns(endings))
        elif not endings:
            await self._database.fetch(sql.KEEP, *self._message_columns(messages))
        else:
            columns = (*self._message_columns(messages), *_ending_columns(endings))
            await self._database.fetch(sql.KEEP_AND_ENDED, *columns)

    def _message_columns(self, messages: Sequence[Message]) -> tuple[list[object], ...]:
        rows = [self._row(one) for one in messages]
        return tuple(list(column) for column in zip(*rows, strict=True))

    def _row(self, message: Message) -> tuple[object, ...]:
        sealed_by, sealed = self._keyring.seal(message.content, _place(message.arrival_id))
        return (
            message.arrival_id,
            message.at,
            message.integration_id,
            message.source,
            message.size,
            message.kept,
            message.sha256,
            sealed_by,
            sealed,
            message.correlation_id,
            message.replay_of,
            message.replay_key,
        )

    async def newest(
        self,
        integration_id: str,
        limit: int,
        *,
        before: UUID | None = None,
        outcome: str | None = None,
    ) -> list[KeptArrival]:
        """Return at most `limit` of an integration, newest first."""
        rows = await self._database.fetch(sql.NEWEST, integration_id, before, outcome, limit)
        return [KeptArrival(**row) for row in rows]

    async def find(self, arrival_id: UUID) -> WithText | None:
        """Return one with its text."""
        found = self._opened(await self._database.fetch(sql.FIND, arrival_id))
        return found[0] if found else None

    async def replayed(self, arrival_id: UUID, key: str) -> KeptArrival | None:
        """Return the replay of an arrival that was asked for under this key."""
        row = await self._database.fetchrow(sql.REPLAYED, arrival_id, key)
        return None if row is None else KeptArrival(**row)

    async def claim(self, limit: int, after: timedelta) -> list[WithText]:
        """Take some that are not processed; others leave them alone for a while."""
        claimed = self._opened(await self._database.fetch(sql.CLAIM, limit, after))
        return sorted(claimed, key=lambda one: one[0].arrival_id)

    async def later(self, arrival: KeptArrival, limit: int) -> list[WithText]:
        """Return what came from the same sender after an arrival and was taken, in order."""
        place = (arrival.integration_id, arrival.source, arrival.arrival_id)
        return self._opened(await self._database.fetch(sql.LATER, *place, limit))

    async def taken(self, after: UUID, until: UUID, limit: int) -> list[WithText]:
        """Return what came between two ids from any sender and was taken, in order; no replays."""
        return self._opened(await self._database.fetch(sql.TAKEN, after, until, limit))

    async def oldest(self) -> datetime | None:
        """Return when the oldest that is kept came; None: none is."""
        at: datetime | None = await self._database.fetchval(sql.OLDEST)
        return at

    async def waiting(self, after: timedelta) -> Waiting:
        """Return how many are not processed, that long after they came."""
        row = await self._database.fetchrow(sql.WAITING, after)
        return Waiting(**row) if row is not None else Waiting(number=0, seconds=0.0)

    async def failed(self, within: timedelta | None = None) -> int:
        """Return how many were tried in vain, of all that are kept or within so long."""
        number: int = await self._database.fetchval(sql.FAILED, within)
        return number

    def _opened(self, rows: Sequence[asyncpg.Record]) -> list[WithText]:
        found: list[WithText] = []
        for row in rows:
            members: dict[str, Any] = dict(row)
            sealed_by, sealed = members.pop("sealed_by"), members.pop("sealed")
            arrival = KeptArrival(**members)
            try:
                text = self._keyring.open(sealed_by, sealed, _place(arrival.arrival_id))
            except SealBroken:
                found.append((arrival, None))
            else:
                found.append((arrival, text))
        return found


async def tend_arrivals(database: Database, days: int) -> int:
    """Make room for the next days, forget what is older than `days`; return how many days went.

    Raises: LogUnavailable.
    """
    gone: int = await database.fetchval(sql.TEND, days)
    return gone


def arrival_id_at(at: datetime, random: bytes) -> UUID:
    """Return an id for what came at this time: a UUIDv7 (RFC 9562), of ten random bytes."""
    milliseconds = max(0, int(at.timestamp() * 1_000))
    raw = bytearray(milliseconds.to_bytes(6) + random[:10])
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return UUID(bytes=bytes(raw))


def _ending_columns(endings: Sequence[tuple[UUID, Ending]]) -> tuple[list[object], ...]:
    rows = [(one, end.outcome.value, end.reason, end.detail) for one, end in endings]
    return tuple(list(column) for column in zip(*rows, strict=True))


def _fail(messages: Sequence[tuple[Message, asyncio.Future[None]]], fault: Exception) -> None:
    """Tell everybody who waits; each gets a fault of its own, for a traceback is not shared."""
    for _, kept in messages:
        if not kept.done():
            kept.set_exception(LogUnavailable(str(fault)))


def _place(arrival_id: UUID) -> bytes:
    return b"tocsin arrival\x00" + arrival_id.bytes
