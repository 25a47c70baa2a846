"""Standing in the organisation: roles given and taken, accounts suspended and let in again."""

from typing import Final

from events.account.commands import (
    AccountCommand,
    ActivateAccount,
    ChangeAccountRoles,
    ReinstateAccount,
    SuspendAccount,
)
from events.account.decide import account_decider
from events.account.events import AccountEvent, AccountSuspended
from events.account.standing import AccountState, Standing
from events.configuration.api_key import ApiScope
from events.handle import Handled, known
from events.ids import AccountId, account_stream
from events.log.codec import Codec, codec_for
from services.identity.directory.directory import Directory

_CODEC: Final[Codec[AccountEvent]] = codec_for(account_decider.event_types)


async def change_roles(
    directory: Directory, account_id: AccountId, before: Standing, roles: tuple[ApiScope, ...]
) -> None:
    """Give the person these roles; those that are lost end every session at once.

    Raises: AccountNotFound, LastAdmin, RolesInvalid, LogUnavailable.
    """
    if set(before.roles) == set(roles):
        return
    gains_admin = ApiScope.ADMIN in roles and ApiScope.ADMIN not in before.roles
    if gains_admin:
        await directory.admins.note(account_id)
    loses_admin = ApiScope.ADMIN in before.roles and ApiScope.ADMIN not in roles
    if not loses_admin:
        await _given(directory, _roles(directory, account_id, roles, last=False), "roles")
        return
    async with directory.admins.alone():
        last = not await directory.admins.others(than=account_id)
        await _given(directory, _roles(directory, account_id, roles, last=last), "roles")


async def suspend(directory: Directory, account_id: AccountId, reason: str) -> None:
    """Let the account be used no more; its sessions end at once.

    Raises: AccountNotFound, LastAdmin, LogUnavailable.
    """
    async with directory.admins.alone():
        command = SuspendAccount(
            account_id=account_id,
            reason=reason,
            is_last_admin=not await directory.admins.others(than=account_id),
            actor=directory.actor,
            at=directory.now,
        )
        await _given(directory, command, "suspend")


async def let_in(directory: Directory, account_id: AccountId, standing: Standing) -> None:
    """Let somebody in whom the directory names: who was invited, or whom it had shut out itself.

    Whom somebody else has suspended stays so: the directory does not know why.
    Raises: AccountNotFound, LogUnavailable.
    """
    if standing.state is AccountState.INVITED:
        command: AccountCommand = ActivateAccount(
            account_id=account_id,
            invitation_id=None,
            actor=directory.actor,
            at=directory.now,
        )
        await _given(directory, command, "activate")
    elif standing.state is AccountState.SUSPENDED and await _shut_out_by(directory, account_id):
        command = ReinstateAccount(account_id=account_id, actor=directory.actor, at=directory.now)
        await _given(directory, command, "reinstate")


def _roles(
    directory: Directory, account_id: AccountId, roles: tuple[ApiScope, ...], *, last: bool
) -> ChangeAccountRoles:
    return ChangeAccountRoles(
        account_id=account_id,
        roles=roles,
        is_last_admin=last,
        actor=directory.actor,
        at=directory.now,
    )


async def _shut_out_by(directory: Directory, account_id: AccountId) -> bool:
    """Say whether it was this directory that suspended the account."""
    stored = await directory.log.read_stream(account_stream(account_id))
    events = (one.event for one in known(_CODEC, await directory.log.opened(stored)))
    suspensions = [event for event in events if isinstance(event, AccountSuspended)]
    return bool(suspensions) and suspensions[-1].suspended_by == directory.actor.name


async def _given(directory: Directory, command: AccountCommand, step: str) -> Handled[AccountEvent]:
    stream = account_stream(command.account_id)
    return await directory.carried_out(account_decider, stream, command, step)
