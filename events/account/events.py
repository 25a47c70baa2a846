"""Account events: who may sign in, how, and that they did.

An account has the id of its person, whose key seals what is personal: with the person it is
forgotten. No event holds a password, a code or a token.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from events.account.values import EndReason, Passkey, RecoveryCode, SignInMethod
from events.configuration.api_key import ApiScope
from events.ids import AccountId
from events.values.personal import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountInvited:
    """A person was invited to sign in; an invitation from before is good no more."""

    account_id: AccountId
    email: Annotated[str, Personal("account_id")] = field(repr=False)
    roles: tuple[ApiScope, ...]
    invitation_id: UUID
    expires_at: datetime
    invited_by: str
    invited_at: datetime
    type: Literal["account.invited"] = "account.invited"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOpened:
    """A person may sign in from now on, without an invitation, as the first admin does."""

    account_id: AccountId
    email: Annotated[str | None, Personal("account_id")] = field(repr=False)
    roles: tuple[ApiScope, ...]
    opened_by: str
    opened_at: datetime
    type: Literal["account.opened"] = "account.opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountActivated:
    """The invited person came, and may sign in from now on."""

    account_id: AccountId
    invitation_id: UUID | None  # None: an identity provider vouched for them
    activated_by: str
    activated_at: datetime
    type: Literal["account.activated"] = "account.activated"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSuspended:
    """The account may not be used; its sessions ended."""

    account_id: AccountId
    reason: str
    suspended_by: str
    suspended_at: datetime
    type: Literal["account.suspended"] = "account.suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReinstated:
    """The account may be used again."""

    account_id: AccountId
    reinstated_by: str
    reinstated_at: datetime
    type: Literal["account.reinstated"] = "account.reinstated"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRolesChanged:
    """The person has these roles in the organisation from now on."""

    account_id: AccountId
    roles: tuple[ApiScope, ...]
    changed_by: str
    changed_at: datetime
    type: Literal["account.roles_changed"] = "account.roles_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEmailChanged:
    """The person signs in with another address from now on."""

    account_id: AccountId
    email: Annotated[str | None, Personal("account_id")] = field(repr=False)
    changed_by: str
    changed_at: datetime
    type: Literal["account.email_changed"] = "account.email_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountIdentityLinked:
    """Whoever an identity provider calls by this name may sign in to the account."""

    account_id: AccountId
    issuer: str
    identity_subject: Annotated[str, Personal("account_id")]
    linked_by: str
    linked_at: datetime
    type: Literal["account.identity_linked"] = "account.identity_linked"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountIdentityUnlinked:
    """The identity provider's word counts no more for the account; its sessions ended."""

    account_id: AccountId
    issuer: str
    identity_subject: Annotated[str, Personal("account_id")]
    unlinked_by: str
    unlinked_at: datetime
    type: Literal["account.identity_unlinked"] = "account.identity_unlinked"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPasswordChanged:
    """The account has this password from now on; its other sessions ended."""

    account_id: AccountId
    password_hash: Annotated[str, Personal("account_id")] = field(repr=False)
    reset_id: UUID | None  # whose link it was set by; None: by the person, signed in
    changed_by: str
    changed_at: datetime
    type: Literal["account.password_changed"] = "account.password_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPasswordRehashed:
    """The same password is kept under a stronger hash."""

    account_id: AccountId
    password_hash: Annotated[str, Personal("account_id")] = field(repr=False)
    rehashed_at: datetime
    type: Literal["account.password_rehashed"] = "account.password_rehashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPasswordResetRequested:
    """A link was asked for with which a new password can be chosen, once."""

    account_id: AccountId
    reset_id: UUID
    expires_at: datetime
    requested_by: str
    requested_at: datetime
    type: Literal["account.password_reset_requested"] = "account.password_reset_requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPasskeyAdded:
    """The person can sign in with a passkey."""

    account_id: AccountId
    passkey: Passkey
    added_by: str
    added_at: datetime
    type: Literal["account.passkey_added"] = "account.passkey_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPasskeyRemoved:
    """A passkey opens the account no more; its sessions ended."""

    account_id: AccountId
    passkey_id: UUID
    removed_by: str
    removed_at: datetime
    type: Literal["account.passkey_removed"] = "account.passkey_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRecoveryCodesIssued:
    """The person was shown new recovery codes; older ones are good no more."""

    account_id: AccountId
    codes: tuple[RecoveryCode, ...]
    issued_by: str
    issued_at: datetime
    type: Literal["account.recovery_codes_issued"] = "account.recovery_codes_issued"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRecoveryCodeUsed:
    """A recovery code was used, and is good no more."""

    account_id: AccountId
    code_hash: Annotated[str, Personal("account_id")] = field(repr=False)
    codes_left: int
    used_by: str
    used_at: datetime
    type: Literal["account.recovery_code_used"] = "account.recovery_code_used"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSignedIn:
    """The person signed in, and a session began."""

    account_id: AccountId
    session_id: UUID
    method: SignInMethod
    address_prefix: Annotated[str | None, Personal("account_id")]  # whence, as a network
    passkey_id: UUID | None = None
    passkey_sign_count: int | None = None  # as the passkey said it
    signed_in_at: datetime
    type: Literal["account.signed_in"] = "account.signed_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSignedOut:
    """The person signed out, and the session ended."""

    account_id: AccountId
    session_id: UUID
    signed_out_at: datetime
    type: Literal["account.signed_out"] = "account.signed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSignInFailed:
    """Somebody failed to sign in: the first, the tenth, the hundredth time since a success."""

    account_id: AccountId
    failures: int
    since: datetime  # of the first of them
    address_prefix: Annotated[str | None, Personal("account_id")]  # of the newest one
    failed_at: datetime
    type: Literal["account.sign_in_failed"] = "account.sign_in_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSessionsEnded:
    """One session of the account ended, or every one, without being signed out of."""

    account_id: AccountId
    session_id: UUID | None  # None: every one
    reason: EndReason
    ended_by: str
    ended_at: datetime
    type: Literal["account.sessions_ended"] = "account.sessions_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountViewSaved:
    """The person gave a set of filters a name; either has no other name or filters any more."""

    account_id: AccountId
    name: Annotated[str, Personal("account_id")]
    query: Annotated[str, Personal("account_id")]
    saved_by: str
    saved_at: datetime
    type: Literal["account.view_saved"] = "account.view_saved"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountViewRemoved:
    """The person's set of filters has no name any more."""

    account_id: AccountId
    name: Annotated[str, Personal("account_id")]
    removed_by: str
    removed_at: datetime
    type: Literal["account.view_removed"] = "account.view_removed"


type AccountEvent = (
    AccountInvited
    | AccountOpened
    | AccountActivated
    | AccountSuspended
    | AccountReinstated
    | AccountRolesChanged
    | AccountEmailChanged
    | AccountIdentityLinked
    | AccountIdentityUnlinked
    | AccountPasswordChanged
    | AccountPasswordRehashed
    | AccountPasswordResetRequested
    | AccountPasskeyAdded
    | AccountPasskeyRemoved
    | AccountRecoveryCodesIssued
    | AccountRecoveryCodeUsed
    | AccountSignedIn
    | AccountSignedOut
    | AccountSignInFailed
    | AccountSessionsEnded
    | AccountViewSaved
    | AccountViewRemoved
)
