"""Account life rules: invited, active, suspended, and with which roles."""

from datetime import timedelta
from typing import Final

from events.account.commands import (
    ActivateAccount,
    ChangeAccountEmail,
    ChangeAccountRoles,
    InviteAccount,
    OpenAccount,
    ReinstateAccount,
    SuspendAccount,
)
from events.account.events import (
    AccountActivated,
    AccountEmailChanged,
    AccountEvent,
    AccountInvited,
    AccountOpened,
    AccountReinstated,
    AccountRolesChanged,
    AccountSuspended,
)
from events.account.refusals import (
    AccountInUse,
    AccountNotActive,
    AccountNotFound,
    AccountNotSuspended,
    InvitationOver,
    LastAdmin,
    RolesInvalid,
)
from events.account.standing import AccountState
from events.account.state import Account
from events.configuration.api_key import ApiScope
from events.errors import ReasonRequired

OF_MACHINES: Final = frozenset({ApiScope.INGEST, ApiScope.SCIM})
INVITATION_GOOD_FOR: Final = timedelta(days=7)


def invite(command: InviteAccount, account: Account) -> list[AccountEvent]:
    """Invite the person; inviting anew takes the place of the invitation before.

    Raises: AccountInUse, RolesInvalid.
    """
    roles = roles_of(command.roles)
    if account.invitation is not None and account.invitation.link_id == command.invitation_id:
        return []
    if account.standing.state not in {AccountState.ABSENT, AccountState.INVITED}:
        raise AccountInUse(
            f"{command.account_id} has an account, which is {account.standing.state}: an invitation"
            " is for who has none."
        )
    return [
        AccountInvited(
            account_id=command.account_id,
            email=command.email,
            roles=roles,
            invitation_id=command.invitation_id,
            expires_at=command.at + INVITATION_GOOD_FOR,
            invited_by=command.actor.name,
            invited_at=command.at,
        )
    ]


def open_(command: OpenAccount, account: Account) -> list[AccountEvent]:
    """Let the person sign in.

    Raises: AccountInUse, RolesInvalid.
    """
    roles = roles_of(command.roles)
    if account.standing.is_active and (account.email, account.standing.roles) == (
        command.email,
        roles,
    ):
        return []
    if account.standing.state is not AccountState.ABSENT:
        raise AccountInUse(
            f"{command.account_id} has an account, which is {account.standing.state}."
        )
    return [
        AccountOpened(
            account_id=command.account_id,
            email=command.email,
            roles=roles,
            opened_by=command.actor.name,
            opened_at=command.at,
        )
    ]


def activate(command: ActivateAccount, account: Account) -> list[AccountEvent]:
    """Let the invited person in.

    Raises: InvitationOver, AccountNotFound, AccountNotActive.
    """
    link, asked = account.invitation, command.invitation_id
    if asked is not None:
        if account.standing.state is not AccountState.INVITED or link is None:
            raise InvitationOver("The invitation was used, or withdrawn: sign in, or ask for one.")
        if link.link_id != asked:
            raise InvitationOver("You were invited anew since: use the newest message.")
        if command.at >= link.expires_at:
            raise InvitationOver(
                f"The invitation was good for {INVITATION_GOOD_FOR.days} days, which are over: "
                "ask for a new one."
            )
    elif account.standing.is_active:
        return []
    elif account.standing.state is not AccountState.INVITED:
        raise no_use(command.account_id, account)
    return [
        AccountActivated(
            account_id=command.account_id,
            invitation_id=asked,
            activated_by=command.actor.name,
            activated_at=command.at,
        )
    ]


def suspend(command: SuspendAccount, account: Account) -> list[AccountEvent]:
    """Let nobody use the account; the last admin stays.

    Raises: AccountNotFound, LastAdmin, ReasonRequired.
    """
    require_there(command.account_id, account)
    if not command.reason.strip():
        raise ReasonRequired("Say why the account is suspended.")
    if account.standing.state is AccountState.SUSPENDED:
        return []
    if account.standing.is_admin and command.is_last_admin:
        raise _last_admin(command.account_id)
    return [
        AccountSuspended(
            account_id=command.account_id,
            reason=command.reason,
            suspended_by=command.actor.name,
            suspended_at=command.at,
        )
    ]


def reinstate(command: ReinstateAccount, account: Account) -> list[AccountEvent]:
    """Let a suspended account be used again; one that was only invited is invited again.

    Raises: AccountNotFound, AccountNotSuspended.
    """
    require_there(command.account_id, account)
    if account.standing.is_active:
        return []
    if account.standing.state is not AccountState.SUSPENDED:
        if account.standing.was_active:
            return []
        raise AccountNotSuspended(f"{command.account_id} is {account.standing.state}.")
    return [
        AccountReinstated(
            account_id=command.account_id,
            reinstated_by=command.actor.name,
            reinstated_at=command.at,
        )
    ]


def change_roles(command: ChangeAccountRoles, account: Account) -> list[AccountEvent]:
    """Give the person other roles; the last admin stays one.

    Raises: AccountNotFound, RolesInvalid, LastAdmin.
    """
    require_there(command.account_id, account)
    roles = roles_of(command.roles)
    if roles == account.standing.roles:
        return []
    if account.standing.is_admin and ApiScope.ADMIN not in roles and command.is_last_admin:
        raise _last_admin(command.account_id)
    return [
        AccountRolesChanged(
            account_id=command.account_id,
            roles=roles,
            changed_by=command.actor.name,
            changed_at=command.at,
        )
    ]


def change_email(command: ChangeAccountEmail, account: Account) -> list[AccountEvent]:
    """Have the person sign in with another address.

    Raises: AccountNotFound.
    """
    require_there(command.account_id, account)
    if command.email == account.email:
        return []
    return [
        AccountEmailChanged(
            account_id=command.account_id,
            email=command.email,
            changed_by=command.actor.name,
            changed_at=command.at,
        )
    ]


def roles_of(roles: tuple[ApiScope, ...]) -> tuple[ApiScope, ...]:
    """Return the roles in order, each once.

    Raises: RolesInvalid.
    """
    machines = OF_MACHINES.intersection(roles)
    if machines:
        named = ", ".join(sorted(machines))
        raise RolesInvalid(f"{named}: a role for machines; give their API key that scope.")
    if not roles:
        raise RolesInvalid("Give at least one role, or suspend the account.")
    return tuple(sorted(set(roles)))


def require_there(account_id: str, account: Account) -> None:
    """Let a command pass that needs an account.

    Raises: AccountNotFound.
    """
    if account.standing.state is AccountState.ABSENT:
        raise AccountNotFound(f"{account_id} has no account.")


def require_active(account_id: str, account: Account) -> None:
    """Let a command pass that needs an account which may be used.

    Raises: AccountNotFound, AccountNotActive.
    """
    if not account.standing.is_active:
        raise no_use(account_id, account)


def no_use(account_id: str, account: Account) -> AccountNotFound | AccountNotActive:
    """Return why an account may not be used."""
    if account.standing.state is AccountState.ABSENT:
        return AccountNotFound(f"{account_id} has no account.")
    return AccountNotActive(f"The account of {account_id} is {account.standing.state}.")


def _last_admin(account_id: str) -> LastAdmin:
    return LastAdmin(f"{account_id} is the last active admin: make somebody else one first.")
