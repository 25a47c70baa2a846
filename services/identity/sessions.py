"""Sessions: who is signed in, from the first request to the last.

A token is random and kept as a hash. A session is good as long as its row says so *and* its
account does, which is read from the log each time: what was taken away is gone at once.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Protocol
from uuid import UUID

from events.account.standing import Standing
from events.account.values import SignInMethod
from events.ids import AccountId, ResponderId
from events.log.store import Log
from services.access.callers import Session
from services.access.people import is_forgotten
from services.access.rights.standings import standings_of
from services.identity.clients import Client

SEEN_EVERY: Final = timedelta(minutes=1)  # a look writes a row at most this often
KEPT_FOR: Final = timedelta(days=1)  # after its end, so that a repeated request finds it
TOKEN_BYTES: Final = 32

COLUMNS: Final = (
    "session_id, account_id, era, gains, method, provider_session, created_at, seen_at,"
    " idle_until, expires_at, user_agent, address_prefix"
)
OPEN: Final = f"""
with old as (
    select token_hash from es.session
    where least(idle_until, expires_at) < $13 limit 100
), gone as (
    delete from es.session where token_hash in (select token_hash from old)
)
insert into es.session (token_hash, {COLUMNS})
values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11, $12)
"""  # noqa: S608  constants
LIVE: Final = "ended_at is null and idle_until > $2 and expires_at > $2"
FIND: Final = f"select {COLUMNS} from es.session where token_hash = $1 and {LIVE}"  # noqa: S608
SEE: Final = "update es.session set seen_at = $2, idle_until = $3 where token_hash = $1"
ROTATE: Final = f"""
update es.session set token_hash = $3, era = $4, gains = $5
where token_hash = $1 and {LIVE} returning session_id
"""  # noqa: S608  constants
LIST: Final = f"""
select {COLUMNS} from es.session where account_id = $1 and {LIVE} order by seen_at desc
"""  # noqa: S608  constants
ONE: Final = f"select {COLUMNS} from es.session where session_id = $1 and account_id = $2"  # noqa: S608
END: Final = """
update es.session set ended_at = coalesce(ended_at, $2) where session_id = $1
"""
END_ALL: Final = """
update es.session set ended_at = coalesce(ended_at, $2)
where account_id = $1 and session_id is distinct from $3
"""
OF_PROVIDER: Final = f"""
select {COLUMNS} from es.session where provider_session = $1 and {LIVE}
"""  # noqa: S608  constants
FORGET: Final = "delete from es.session where account_id = $1"
OF_FORGOTTEN: Final = """
delete from es.session s where exists (
    select from es.event where stream = 'subject-' || s.account_id and type = 'subject.forgotten'
) returning session_id
"""


class SessionRows(Protocol):
    """What the rows are kept in: the log's database."""

    async def fetch(self, sql: str, *arguments: object) -> list[Any]: ...  # noqa: D102
    async def fetchrow(self, sql: str, *arguments: object) -> Any: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """How long a session lives."""

    idle: timedelta = timedelta(hours=12)  # without a request
    absolute: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session as its row tells it; its token is nowhere."""

    session_id: UUID
    account_id: AccountId
    era: int
    gains: int
    method: SignInMethod
    provider_session: str | None
    created_at: datetime
    seen_at: datetime
    idle_until: datetime
    expires_at: datetime
    user_agent: str | None = field(repr=False)
    address_prefix: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Whoever a request's token belongs to."""

    session: Session
    row: OpenSession
    wants_rotation: bool  # rights were gained since the token was made


class Sessions:
    """Sessions of one process, whose rows every process shares."""

    def __init__(self, log: Log, database: SessionRows, limits: SessionLimits) -> None:
        self._log = log
        self._database = database
        self._limits = limits
        self.standings = standings_of(log)

    async def begin(  # noqa: PLR0913  each is a different promise
        self,
        account_id: AccountId,
        *,
        version: int,
        session_id: UUID,
        token: bytes,
        method: SignInMethod,
        client: Client,
        now: datetime,
        provider_session: str | None = None,
    ) -> OpenSession:
        """Keep a session that began with the event of this version, and clear away old ones.

        Raises: LogUnavailable.
        """
        standing = await self.standings.at(account_id, version)
        row = OpenSession(
            session_id=session_id,
            account_id=account_id,
            era=standing.era,
            gains=standing.gains,
            method=method,
            provider_session=provider_session,
            created_at=now,
            seen_at=now,
            idle_until=now + self._limits.idle,
            expires_at=now + self._limits.absolute,
            user_agent=client.user_agent,
            address_prefix=client.address_prefix,
        )
        await self._database.fetch(
            OPEN, hashed(token), row.session_id, account_id, row.era, row.gains, method.value,
            provider_session, now, row.idle_until, row.expires_at, row.user_agent,
            row.address_prefix, now - KEPT_FOR,
        )  # fmt: skip
        return row

    async def find(self, token: bytes, now: datetime, *, acts: bool = True) -> SignedIn | None:
        """Return whose session a token is, None if it is nobody's, or its account is used no more.

        Whoever acts is not idle; a page that is merely open is no act of anybody's.
        Raises: LogUnavailable, EventTooNew.
        """
        record = await self._database.fetchrow(FIND, hashed(token), now)
        if record is None:
            return None
        row = session_of(record)
        standing = await self.standings.of(row.account_id)
        person = ResponderId(row.account_id)
        if not is_good(row, standing) or await is_forgotten(self._log, person):
            return None
        if acts and now - row.seen_at >= SEEN_EVERY:
            await self._database.fetch(SEE, hashed(token), now, now + self._limits.idle)
        session = Session(
            session_id=str(row.session_id),
            account_id=row.account_id,
            person=person,
            roles=frozenset(standing.roles),
        )
        return SignedIn(session=session, row=row, wants_rotation=row.gains < standing.gains)

    async def rotate(
        self, token: bytes, new_token: bytes, now: datetime, *, version: int | None = None
    ) -> bool:
        """Put a new token in the place of one, which is good no more; say whether it was.

        The session lives on through what ended the others at this version: a changed password.
        Raises: LogUnavailable, EventTooNew.
        """
        record = await self._database.fetchrow(FIND, hashed(token), now)
        if record is None:
            return False
        row = session_of(record)
        if version is None:
            standing = await self.standings.of(row.account_id)
            if not is_good(row, standing):
                return False
        else:
            standing = await self.standings.at(row.account_id, version)
        return bool(
            await self._database.fetch(
                ROTATE, hashed(token), now, hashed(new_token), standing.era, standing.gains
            )
        )

    async def of_account(self, account_id: AccountId, now: datetime) -> list[OpenSession]:
        """Return the sessions of an account that are good, the one used last first.

        Raises: LogUnavailable, EventTooNew.
        """
        standing = await self.standings.of(account_id)
        rows = map(session_of, await self._database.fetch(LIST, account_id, now))
        return [row for row in rows if is_good(row, standing)]

    async def one(self, account_id: AccountId, session_id: UUID) -> OpenSession | None:
        """Return a session of the account, also one that ended lately.

        Raises: LogUnavailable.
        """
        record = await self._database.fetchrow(ONE, session_id, account_id)
        return None if record is None else session_of(record)

    async def of_provider(self, provider_session: str, now: datetime) -> list[OpenSession]:
        """Return the sessions that began with one session at an identity provider.

        Raises: LogUnavailable.
        """
        return [
            session_of(row)
            for row in await self._database.fetch(OF_PROVIDER, provider_session, now)
        ]

    async def end(self, session_id: UUID, now: datetime) -> None:
        """Let a session be good no more. Asking twice is the same as asking once.

        Raises: LogUnavailable.
        """
        await self._database.fetch(END, session_id, now)

    async def end_all(self, account_id: AccountId, now: datetime, but: UUID | None = None) -> None:
        """Let no session of an account be good any more, but perhaps one.

        Raises: LogUnavailable.
        """
        await self._database.fetch(END_ALL, account_id, now, but)

    async def forget_again(self) -> None:
        """Remove what is left of people who were forgotten by a process that ended midway.

        Raises: LogUnavailable.
        """
        await self._database.fetch(OF_FORGOTTEN)

    async def forget(self, account_id: AccountId) -> None:
        """Remove every session of a person who is forgotten, with what it tells about them.

        Raises: LogUnavailable.
        """
        await self._database.fetch(FORGET, account_id)


def is_good(row: OpenSession, standing: Standing) -> bool:
    """Return whether a session is one of an account that may be used, and of its present era."""
    return standing.is_active and row.era == standing.era


def hashed(token: bytes) -> bytes:
    """Return what is kept of a token."""
    return sha256(token).digest()


def session_of(record: Any) -> OpenSession:
    """Return the session that a row tells."""
    return OpenSession(**{**record, "method": SignInMethod(record["method"])})
