"""Signing in and out: the fact in the account's stream, and the session beside the log."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid5

from events.account.commands import AccountCommand, EndSessions, RecordSignedIn, RecordSignedOut
from events.account.decide import account_decider
from events.account.events import AccountEvent
from events.account.values import EndReason, SignInMethod
from events.actor import Actor
from events.handle import Handled, handle
from events.ids import AccountId, ResponderId, account_stream
from events.log.recorded import Metadata
from events.log.store import Log
from services.identity.clients import Client
from services.identity.sessions import OpenSession, Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What somebody proved, and the session that it is worth."""

    account_id: AccountId
    method: SignInMethod
    passkey_id: UUID | None = None
    passkey_sign_count: int | None = None
    provider_session: str | None = None  # so that the identity provider can end ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """What a new session is made of: random, and never shown before."""

    session_id: UUID
    token: bytes = field(repr=False)


async def sign_in(  # noqa: PLR0913  each is a different promise
    log: Log,
    sessions: Sessions,
    proven: Proven,
    client: Client,
    fresh: Fresh,
    *,
    now: datetime,
    via: str,
) -> OpenSession:
    """Begin a session for whoever proved who they are, if their account may be used.

    Raises: AccountNotFound, AccountNotActive, SubjectErased, LogUnavailable.
    """
    command = RecordSignedIn(
        account_id=proven.account_id,
        session_id=fresh.session_id,
        method=proven.method,
        address_prefix=client.address_prefix,
        passkey_id=proven.passkey_id,
        passkey_sign_count=proven.passkey_sign_count,
        at=now,
    )
    by = by_person(proven.account_id, via)
    handled = await carried_out(log, command, by, uuid5(fresh.session_id, "signed in"))
    return await sessions.begin(
        proven.account_id,
        version=handled.result.version,
        session_id=fresh.session_id,
        token=fresh.token,
        method=proven.method,
        client=client,
        now=now,
        provider_session=proven.provider_session,
    )


async def sign_out(log: Log, sessions: Sessions, row: OpenSession, now: datetime, via: str) -> None:
    """End the session, then say so: should the log be away, the session is over all the same.

    Raises: LogUnavailable.
    """
    await sessions.end(row.session_id, now)
    command = RecordSignedOut(account_id=row.account_id, session_id=row.session_id, at=now)
    by = by_person(row.account_id, via)
    await carried_out(log, command, by, uuid5(row.session_id, "signed out"))


async def end_for_provider(
    log: Log, sessions: Sessions, provider_session: str, now: datetime
) -> int:
    """End the sessions of one session at an identity provider; return how many there were.

    Raises: LogUnavailable.
    """
    rows = await sessions.of_provider(provider_session, now)
    for row in rows:
        await sessions.end(row.session_id, now)
        command = EndSessions(
            account_id=row.account_id,
            session_id=row.session_id,
            reason=EndReason.IDENTITY_PROVIDER,
            actor=Actor(principal="identity_provider"),
            at=now,
        )
        by = Metadata(principal="identity_provider", via="api")
        await carried_out(log, command, by, uuid5(row.session_id, "signed out there"))
    return len(rows)


async def carried_out(
    log: Log, command: AccountCommand, by: Metadata, command_id: UUID
) -> Handled[AccountEvent]:
    """Have an account's rules carry out a command that no request of the API gave.

    Raises: every refusal of an account, LogUnavailable.
    """
    return await handle(
        log,
        account_decider,
        account_stream(command.account_id),
        command,
        command_id=command_id,
        request_digest=sha256(command_id.bytes).digest(),
        metadata=by,
    )


def by_person(account_id: AccountId, via: str) -> Metadata:
    """Return the cause of what a person does in their own account."""
    principal = f"account:{account_id}"
    return Metadata(principal=principal, on_behalf_of=ResponderId(account_id), via=via)
