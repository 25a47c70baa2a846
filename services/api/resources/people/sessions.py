"""Sessions of an account, seen and ended by an admin, or by the person themselves."""

from typing import Final
from uuid import UUID

from fastapi import Response

from events.account.commands import EndSessions
from events.account.decide import account_decider
from events.account.values import EndReason
from events.ids import AccountId, account_stream
from services.access.callers import Caller
from services.access.permissions import Permission
from services.api.http.authentication import TheCaller
from services.api.http.dependencies import Deps, HttpDependencies
from services.api.http.formats import Name
from services.api.http.guard import api_router, requires
from services.api.resources.people.accounts import ACCOUNT, MANAGE, READ
from services.api.resources.people.views import Me, SessionList, session_view
from services.api.writing.commands import HttpConfigurationChange, TheConfigurationChange
from services.api.writing.receipts import Receipt
from services.request_refusals import SessionNeeded, SessionNotFound

router = api_router("accounts")

OWN: Final = [requires(Permission.ACCOUNT_OWN)]
LOOK: Final = [requires(Permission.CONFIGURATION_READ)]
MINE: Final = "/v1/me/sessions"


@router.get("/v1/me", dependencies=LOOK)
async def show_me(caller: TheCaller, dependencies: Deps) -> Me:
    """Show who you are to the API: the account or the key's person, and what you may do."""
    account_id = account_in(caller)
    standing = await dependencies.sessions.standings.of(account_id) if account_id else None
    return Me(
        account_id=account_id,
        session_id=caller.session_id,
        responder_id=caller.person,
        roles=sorted(standing.roles) if standing else [],
        permissions=sorted(caller.permissions),
    )


@router.get(MINE, dependencies=LOOK)
async def list_my_sessions(caller: TheCaller, dependencies: Deps) -> SessionList:
    """List where you are signed in."""
    return await listed(dependencies, own_account(caller), caller.session_id)


@router.delete(MINE, dependencies=OWN, response_model=Receipt)
async def end_my_sessions(caller: TheCaller, change: TheConfigurationChange) -> Response:
    """Sign out everywhere, here too."""
    return await ended(change, own_account(caller), None, EndReason.BY_PERSON)


@router.delete(f"{MINE}/{{session_id}}", dependencies=OWN, response_model=Receipt)
async def end_my_session(
    session_id: UUID, caller: TheCaller, change: TheConfigurationChange
) -> Response:
    """Sign out in one browser."""
    return await ended(change, own_account(caller), session_id, EndReason.BY_PERSON)


@router.get(f"{ACCOUNT}/sessions", dependencies=READ)
async def list_account_sessions(
    account_id: Name, caller: TheCaller, dependencies: Deps
) -> SessionList:
    """List where a person is signed in."""
    return await listed(dependencies, AccountId(account_id), caller.session_id)


@router.delete(f"{ACCOUNT}/sessions", dependencies=MANAGE, response_model=Receipt)
async def end_account_sessions(account_id: Name, change: TheConfigurationChange) -> Response:
    """Sign a person out everywhere."""
    return await ended(change, AccountId(account_id), None, EndReason.BY_ADMIN)


@router.delete(f"{ACCOUNT}/sessions/{{session_id}}", dependencies=MANAGE, response_model=Receipt)
async def end_account_session(
    account_id: Name, session_id: UUID, change: TheConfigurationChange
) -> Response:
    """Sign a person out in one browser."""
    return await ended(change, AccountId(account_id), session_id, EndReason.BY_ADMIN)


async def listed(
    dependencies: HttpDependencies, account_id: AccountId, current: str | None
) -> SessionList:
    """Return the sessions of an account that are good."""
    rows = await dependencies.sessions.of_account(account_id, dependencies.clock())
    return SessionList(sessions=[session_view(row, current) for row in rows])


async def ended(
    change: HttpConfigurationChange,
    account_id: AccountId,
    session_id: UUID | None,
    reason: EndReason,
) -> Response:
    """End one session or every one, then say so: the session is over even if the log is away.

    Raises: SessionNotFound, AccountNotFound, LogUnavailable.
    """
    sessions = change.dependencies.sessions
    if session_id is not None and await sessions.one(account_id, session_id) is None:
        raise SessionNotFound(f"{account_id} has no such session: it ended.")
    if not change.dry_run:
        if session_id is None:
            await sessions.end_all(account_id, change.at)
        else:
            await sessions.end(session_id, change.at)
    command = EndSessions(
        account_id=account_id,
        session_id=session_id,
        reason=reason,
        actor=change.actor,
        at=change.at,
    )
    return await change.receipt(account_decider, account_stream(account_id), command)


def account_in(caller: Caller) -> AccountId | None:
    """Return the account whose session makes the request; None: it is an API key."""
    if caller.session_id is None or caller.person is None:
        return None
    return AccountId(caller.person)


def own_account(caller: Caller) -> AccountId:
    """Return the account of whoever asks for their own sessions.

    A person's own API key may ask as well: it is how the command line does.
    Raises: SessionNeeded.
    """
    if caller.person is None:
        raise SessionNeeded("This key belongs to nobody: use a key of your own, or sign in.")
    return AccountId(caller.person)
