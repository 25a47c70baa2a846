"""Account commands. Whoever gives them has hashed every secret and read every proof before."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from events.account.values import EndReason, Passkey, RecoveryCode, SignInMethod
from events.actor import Actor
from events.configuration.api_key import ApiScope
from events.ids import AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteAccount:
    """Invite a person to sign in, or invite them anew."""

    account_id: AccountId
    email: str = field(repr=False)
    roles: tuple[ApiScope, ...]
    invitation_id: UUID
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAccount:
    """Let a person sign in without an invitation."""

    account_id: AccountId
    email: str | None = field(repr=False)
    roles: tuple[ApiScope, ...]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateAccount:
    """Accept an invitation; without its id, because an identity provider vouches for the person."""

    account_id: AccountId
    invitation_id: UUID | None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendAccount:
    """Let the account be used no more, until it is reinstated."""

    account_id: AccountId
    reason: str
    is_last_admin: bool  # whether no other active account is an admin's
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinstateAccount:
    """Let a suspended account be used again."""

    account_id: AccountId
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAccountRoles:
    """Give the person these roles in the organisation, in place of those they have."""

    account_id: AccountId
    roles: tuple[ApiScope, ...]
    is_last_admin: bool
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAccountEmail:
    """Have the person sign in with another address."""

    account_id: AccountId
    email: str | None = field(repr=False)
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIdentity:
    """Let the account be opened by what an identity provider calls the person."""

    account_id: AccountId
    issuer: str
    identity_subject: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkIdentity:
    """Let the identity provider's word count no more."""

    account_id: AccountId
    issuer: str
    identity_subject: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """Give the account a password; with the id of a reset, by its link, once."""

    account_id: AccountId
    password_hash: str = field(repr=False)
    reset_id: UUID | None = None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RehashPassword:
    """Keep the same password under a stronger hash."""

    account_id: AccountId
    password_hash: str = field(repr=False)
    replaces: str = field(repr=False)  # the hash that it stands for
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPasswordReset:
    """Ask for a link with which a new password can be chosen."""

    account_id: AccountId
    reset_id: UUID
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPasskey:
    """Let the account be opened with a passkey."""

    account_id: AccountId
    passkey: Passkey
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePasskey:
    """Let a passkey open the account no more."""

    account_id: AccountId
    passkey_id: UUID
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRecoveryCodes:
    """Give the person new recovery codes in place of those they have."""

    account_id: AccountId
    codes: tuple[RecoveryCode, ...]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRecoveryCode:
    """Use up a recovery code."""

    account_id: AccountId
    code_hash: str = field(repr=False)
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSignedIn:
    """Record that the person signed in."""

    account_id: AccountId
    session_id: UUID
    method: SignInMethod
    address_prefix: str | None = field(default=None, repr=False)
    passkey_id: UUID | None = None
    passkey_sign_count: int | None = None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSignedOut:
    """Record that the person signed out."""

    account_id: AccountId
    session_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSignInFailed:
    """Record that somebody failed to sign in, if it is time to say so again."""

    account_id: AccountId
    failures: int  # since the last success
    since: datetime
    address_prefix: str | None = field(default=None, repr=False)
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSessions:
    """End one session of the account, or every one."""

    account_id: AccountId
    session_id: UUID | None
    reason: EndReason
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveView:
    """Give a set of filters a name; under another name, rename it."""

    account_id: AccountId
    name: str
    query: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveView:
    """Keep a set of filters no more."""

    account_id: AccountId
    name: str
    actor: Actor
    at: datetime


type AccountCommand = (
    InviteAccount
    | OpenAccount
    | ActivateAccount
    | SuspendAccount
    | ReinstateAccount
    | ChangeAccountRoles
    | ChangeAccountEmail
    | LinkIdentity
    | UnlinkIdentity
    | ChangePassword
    | RehashPassword
    | RequestPasswordReset
    | AddPasskey
    | RemovePasskey
    | IssueRecoveryCodes
    | UseRecoveryCode
    | RecordSignedIn
    | RecordSignedOut
    | RecordSignInFailed
    | EndSessions
    | SaveView
    | RemoveView
)
