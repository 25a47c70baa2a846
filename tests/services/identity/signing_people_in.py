"""Accounts and sessions of tests, on a real log: what happens is given one command at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from events.account.commands import AccountCommand, OpenAccount
from events.account.values import SignInMethod
from events.actor import Actor
from events.configuration.api_key import ApiScope
from events.ids import AccountId
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata
from services.identity.clients import Client
from services.identity.sessions import OpenSession, SessionLimits, Sessions, SignedIn
from services.identity.signing_in import Fresh, Proven, carried_out, sign_in

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ADA = AccountId("ada")
operator = Actor(principal="installation:test", is_admin=True)
LAPTOP = Client.of("Firefox on a laptop", "203.0.113.77")


@dataclass(kw_only=True)
class People:
    """Whoever signs in, and when."""

    log: PostgresLog
    sessions: Sessions
    now: datetime = NOON
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def give(self, command: AccountCommand) -> int:
        """Have a command carried out, and return the version that the account is at."""
        by = Metadata(principal="installation:test")
        return (await carried_out(self.log, command, by, uuid4())).result.version

    async def with_account(
        self, account_id: AccountId = ADA, *roles: ApiScope, email: str | None = None
    ) -> None:
        """Let a person sign in, as an admin and a responder if nothing else is said."""
        given = roles or (ApiScope.ADMIN, ApiScope.RESPONDER)
        command = OpenAccount(
            account_id=account_id, email=email, roles=given, actor=operator, at=self.now
        )
        await self.give(command)

    def token(self) -> bytes:
        """Return a token that nobody had before."""
        return next(self._numbers).to_bytes(32)

    async def sign_in(
        self, account_id: AccountId = ADA, provider_session: str | None = None
    ) -> tuple[bytes, OpenSession]:
        """Sign a person in, and return the token with its session."""
        token = self.token()
        proven = Proven(
            account_id=account_id, method=SignInMethod.PASSWORD, provider_session=provider_session
        )
        fresh = Fresh(session_id=UUID(bytes=token[16:]), token=token)
        row = await sign_in(self.log, self.sessions, proven, LAPTOP, fresh, now=self.now, via="web")
        return token, row

    async def who(self, token: bytes) -> SignedIn | None:
        """Return whose session a token is."""
        return await self.sessions.find(token, self.now)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


def people_on(log: PostgresLog, limits: SessionLimits | None = None) -> People:
    """Return people whose accounts are in this log."""
    return People(log=log, sessions=Sessions(log, log.database, limits or SessionLimits()))
