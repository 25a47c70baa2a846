"""Account opener rules: identities, password, passkeys and recovery codes."""

from datetime import timedelta
from hmac import compare_digest
from typing import Final

from events.account.commands import (
    AddPasskey,
    ChangePassword,
    IssueRecoveryCodes,
    LinkIdentity,
    RehashPassword,
    RemovePasskey,
    RequestPasswordReset,
    UnlinkIdentity,
    UseRecoveryCode,
)
from events.account.events import (
    AccountEvent,
    AccountIdentityLinked,
    AccountIdentityUnlinked,
    AccountPasskeyAdded,
    AccountPasskeyRemoved,
    AccountPasswordChanged,
    AccountPasswordRehashed,
    AccountPasswordResetRequested,
    AccountRecoveryCodesIssued,
    AccountRecoveryCodeUsed,
)
from events.account.life import require_active, require_there
from events.account.refusals import (
    IdentityNotFound,
    LastWayIn,
    PasskeyKnown,
    PasskeyNotFound,
    PasskeysTooMany,
    PasswordResetOver,
    PasswordResetTooOften,
    RecoveryCodeWrong,
)
from events.account.state import RESETS_KEPT, Account
from events.account.values import Identity

RESET_GOOD_FOR: Final = timedelta(minutes=30)
RESETS_WITHIN: Final = timedelta(hours=1)  # at most RESETS_KEPT
MOST_PASSKEYS: Final = 20


def link_identity(command: LinkIdentity, account: Account) -> list[AccountEvent]:
    """Let an identity open the account.

    Raises: AccountNotFound.
    """
    require_there(command.account_id, account)
    if _identity(command) in account.identities:
        return []
    return [
        AccountIdentityLinked(
            account_id=command.account_id,
            issuer=command.issuer,
            identity_subject=command.identity_subject,
            linked_by=command.actor.name,
            linked_at=command.at,
        )
    ]


def unlink_identity(command: UnlinkIdentity, account: Account) -> list[AccountEvent]:
    """Let an identity open the account no more.

    Raises: AccountNotFound, IdentityNotFound, LastWayIn.
    """
    require_there(command.account_id, account)
    identity = _identity(command)
    if identity not in account.identities:
        raise IdentityNotFound(f"{command.account_id} has no such identity of {command.issuer}.")
    _require_another_way(account, identities=len(account.identities) - 1)
    return [
        AccountIdentityUnlinked(
            account_id=command.account_id,
            issuer=command.issuer,
            identity_subject=command.identity_subject,
            unlinked_by=command.actor.name,
            unlinked_at=command.at,
        )
    ]


def change_password(command: ChangePassword, account: Account) -> list[AccountEvent]:
    """Give the account a password; a reset's link sets one once, within its time.

    Raises: AccountNotFound, AccountNotActive, PasswordResetOver.
    """
    require_active(command.account_id, account)
    if command.reset_id is not None:
        link = account.reset
        if link is None or link.link_id != command.reset_id:
            raise PasswordResetOver("The link was used, or a newer one was sent: ask for another.")
        if command.at >= link.expires_at:
            minutes = RESET_GOOD_FOR // timedelta(minutes=1)
            raise PasswordResetOver(
                f"The link was good for {minutes} minutes, which are over: ask for another."
            )
    elif command.password_hash == account.password_hash:
        return []
    return [
        AccountPasswordChanged(
            account_id=command.account_id,
            password_hash=command.password_hash,
            reset_id=command.reset_id,
            changed_by=command.actor.name,
            changed_at=command.at,
        )
    ]


def rehash_password(command: RehashPassword, account: Account) -> list[AccountEvent]:
    """Keep the password under another hash, if it is still the same password."""
    if account.password_hash is None or account.password_hash == command.password_hash:
        return []
    if not _same(account.password_hash, command.replaces):
        return []
    return [
        AccountPasswordRehashed(
            account_id=command.account_id,
            password_hash=command.password_hash,
            rehashed_at=command.at,
        )
    ]


def request_reset(command: RequestPasswordReset, account: Account) -> list[AccountEvent]:
    """Let a password be chosen by a link, which takes the place of the one before.

    Raises: AccountNotFound, AccountNotActive, PasswordResetTooOften.
    """
    require_active(command.account_id, account)
    if account.reset is not None and account.reset.link_id == command.reset_id:
        return []
    recent = [at for at in account.resets if at > command.at - RESETS_WITHIN]
    if len(recent) >= RESETS_KEPT:
        raise PasswordResetTooOften(
            f"{command.account_id} was sent {len(recent)} links in the last hour: use the newest."
        )
    return [
        AccountPasswordResetRequested(
            account_id=command.account_id,
            reset_id=command.reset_id,
            expires_at=command.at + RESET_GOOD_FOR,
            requested_by=command.actor.name,
            requested_at=command.at,
        )
    ]


def add_passkey(command: AddPasskey, account: Account) -> list[AccountEvent]:
    """Let a passkey open the account.

    Raises: AccountNotFound, AccountNotActive, PasskeyKnown, PasskeysTooMany.
    """
    require_active(command.account_id, account)
    if any(one.passkey_id == command.passkey.passkey_id for one in account.passkeys):
        return []
    if any(one.credential_id == command.passkey.credential_id for one in account.passkeys):
        raise PasskeyKnown("This passkey opens the account already: use another device.")
    if len(account.passkeys) >= MOST_PASSKEYS:
        raise PasskeysTooMany(f"An account has at most {MOST_PASSKEYS} passkeys: remove one first.")
    return [
        AccountPasskeyAdded(
            account_id=command.account_id,
            passkey=command.passkey,
            added_by=command.actor.name,
            added_at=command.at,
        )
    ]


def remove_passkey(command: RemovePasskey, account: Account) -> list[AccountEvent]:
    """Let a passkey open the account no more.

    Raises: AccountNotFound, PasskeyNotFound, LastWayIn.
    """
    require_there(command.account_id, account)
    if not any(one.passkey_id == command.passkey_id for one in account.passkeys):
        raise PasskeyNotFound(f"{command.account_id} has no passkey {command.passkey_id}.")
    _require_another_way(account, passkeys=len(account.passkeys) - 1)
    return [
        AccountPasskeyRemoved(
            account_id=command.account_id,
            passkey_id=command.passkey_id,
            removed_by=command.actor.name,
            removed_at=command.at,
        )
    ]


def issue_codes(command: IssueRecoveryCodes, account: Account) -> list[AccountEvent]:
    """Give the person new recovery codes.

    Raises: AccountNotFound, AccountNotActive.
    """
    require_active(command.account_id, account)
    if tuple(code.code_hash for code in command.codes) == account.recovery_codes:
        return []
    return [
        AccountRecoveryCodesIssued(
            account_id=command.account_id,
            codes=command.codes,
            issued_by=command.actor.name,
            issued_at=command.at,
        )
    ]


def use_code(command: UseRecoveryCode, account: Account) -> list[AccountEvent]:
    """Use a recovery code up.

    Raises: AccountNotFound, AccountNotActive, RecoveryCodeWrong.
    """
    require_active(command.account_id, account)
    left = [one for one in account.recovery_codes if not _same(one, command.code_hash)]
    if len(left) == len(account.recovery_codes):
        raise RecoveryCodeWrong("The code is none of the unused ones: each is good once.")
    return [
        AccountRecoveryCodeUsed(
            account_id=command.account_id,
            code_hash=command.code_hash,
            codes_left=len(left),
            used_by=command.actor.name,
            used_at=command.at,
        )
    ]


def _identity(command: LinkIdentity | UnlinkIdentity) -> Identity:
    return Identity(issuer=command.issuer, identity_subject=command.identity_subject)


def _same(one: str, other: str) -> bool:
    return compare_digest(one.encode(), other.encode())


def _require_another_way(
    account: Account, *, identities: int | None = None, passkeys: int | None = None
) -> None:
    left = len(account.identities) if identities is None else identities
    left += len(account.passkeys) if passkeys is None else passkeys
    if not left and account.password_hash is None:
        raise LastWayIn("Nothing else opens the account: set a password or add a passkey first.")
