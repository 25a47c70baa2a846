"""Provisioning: what the directory says of a person becomes an account, a name and roles."""

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Final

import structlog

from events.account.commands import ChangeAccountEmail
from events.account.decide import account_decider
from events.account.refusals import LastAdmin
from events.account.standing import AccountState
from events.ids import AccountId, ResponderId, account_stream
from projections.configuration.accounts import with_email
from projections.configuration.directory_groups import groups_with
from services.identity.directory.directory import Directory
from services.identity.directory.group_rules import Granted
from services.identity.directory.memberships import set_memberships
from services.identity.directory.people import opened, person_with_email, registered, renamed
from services.identity.directory.standing import change_roles, let_in, suspend
from services.identity.finding import account_of
from services.identity.one_address import address_for

GONE: Final = "the organisation's directory says that they may not sign in"

logs = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A person as the directory wants them."""

    name: str
    email: str | None
    active: bool


async def person_for(directory: Directory, wanted: Wanted) -> ResponderId:
    """Return who the new user is: somebody known by their address, or a new person.

    Raises: LogUnavailable.
    """
    if wanted.email is not None:
        async with directory.database.connection() as reader:
            rows = await with_email(reader, wanted.email)
        for row in rows:
            account_id = AccountId(row.account_id)
            if (await account_of(directory.log, account_id)).email == wanted.email:
                return ResponderId(account_id)
    known = await person_with_email(directory, wanted.email)
    return known or await registered(directory, wanted.name, wanted.email)


async def provision(
    directory: Directory,
    person: ResponderId,
    before: Wanted | None,
    wanted: Wanted,
    given: Granted,
    *,
    is_alone: bool,
) -> None:
    """Have the person's account be as the directory wants it; again changes nothing more.

    `is_alone`: as `newcomers.alone` has it, and nobody else has the address.
    Raises: LastAdmin, EmailTaken, ProjectionBehind, LogUnavailable, LogOverloaded.
    """
    account_id = AccountId(person)
    account = await account_of(directory.log, account_id)
    if not wanted.active:
        if account.standing.state in {AccountState.ACTIVE, AccountState.INVITED}:
            await suspend(directory, account_id, GONE)
        return
    if account.standing.state is AccountState.ABSENT:
        async with _address(directory, account_id, wanted.email, is_alone=is_alone):
            await opened(directory, person, wanted.email, given.with_others(()))
    else:
        if wanted.email != account.email:
            async with _address(directory, account_id, wanted.email, is_alone=is_alone):
                await _change_email(directory, account_id, wanted.email)
        await apply_roles(directory, account_id, given)
        await let_in(directory, account_id, account.standing)
    if before is not None and (before.name, before.email) != (wanted.name, wanted.email):
        await renamed(directory, person, wanted.name, before.email, wanted.email)
    await set_memberships(directory, person, given.teams, given.teams_decided)


async def apply_roles(directory: Directory, account_id: AccountId, given: Granted) -> None:
    """Give and take the roles that the directory decides about; the last admin stays one.

    Raises: LogUnavailable.
    """
    account = await account_of(directory.log, account_id)
    roles = given.with_others(account.standing.roles)
    if account.standing.state is AccountState.ABSENT or not roles:
        return
    try:
        await change_roles(directory, account_id, account.standing, roles)
    except LastAdmin:
        logs.warning("last_admin_kept", account=account_id)


async def groups_of(directory: Directory, person: ResponderId) -> frozenset[str]:
    """Return the names of the directory's groups that a person is in.

    Raises: LogUnavailable.
    """
    async with directory.database.connection() as reader:
        return frozenset(row.display_name for row in await groups_with(reader, person))


def _address(
    directory: Directory, account_id: AccountId, email: str | None, *, is_alone: bool
) -> AbstractAsyncContextManager[None]:
    if is_alone:
        return nullcontext()
    return address_for(directory.log, directory.database, account_id, email)


async def _change_email(directory: Directory, account_id: AccountId, email: str | None) -> None:
    command = ChangeAccountEmail(
        account_id=account_id, email=email, actor=directory.actor, at=directory.now
    )
    await directory.carried_out(account_decider, account_stream(account_id), command, "email")
