"""Account state: what opens the account, and what was said last of its use."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from events.account.events import (
    AccountActivated,
    AccountEmailChanged,
    AccountEvent,
    AccountIdentityLinked,
    AccountIdentityUnlinked,
    AccountInvited,
    AccountOpened,
    AccountPasskeyAdded,
    AccountPasskeyRemoved,
    AccountPasswordChanged,
    AccountPasswordRehashed,
    AccountPasswordResetRequested,
    AccountRecoveryCodesIssued,
    AccountRecoveryCodeUsed,
    AccountSessionsEnded,
    AccountSignedIn,
    AccountSignedOut,
    AccountSignInFailed,
    AccountViewRemoved,
    AccountViewSaved,
)
from events.account.standing import NOBODY, Standing, standing_after
from events.account.values import Identity, Passkey, SavedView
from events.configuration.api_key import ApiScope


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLink:
    """A link that was sent and was not used yet."""

    link_id: UUID
    requested_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastUse:
    """What was said last of the account's use, so that nothing is said twice."""

    signed_in: UUID | None = None
    signed_out: UUID | None = None
    failing_since: datetime | None = None
    failures: int = 0
    ended: tuple[UUID | None, datetime] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account as the rules see it."""

    standing: Standing = NOBODY
    email: str | None = field(default=None, repr=False)
    invitation: OpenLink | None = None
    identities: tuple[Identity, ...] = ()
    password_hash: str | None = field(default=None, repr=False)
    reset: OpenLink | None = None
    resets: tuple[datetime, ...] = ()  # when links were asked for, the newest few
    passkeys: tuple[Passkey, ...] = ()
    recovery_codes: tuple[str, ...] = field(default=(), repr=False)  # hashes of the unused
    use: LastUse = LastUse()
    views: tuple[SavedView, ...] = ()  # in the order they were saved

    @property
    def roles(self) -> tuple[ApiScope, ...]:
        """Return the organisation roles of the person."""
        return self.standing.roles


INITIAL: Final = Account()
RESETS_KEPT: Final = 5


def evolve(account: Account, event: AccountEvent) -> Account:
    """Return the account after the event; never refuses."""
    account = replace(account, standing=standing_after(account.standing, event))
    match event:
        case AccountInvited():
            link = OpenLink(
                link_id=event.invitation_id,
                requested_at=event.invited_at,
                expires_at=event.expires_at,
            )
            return replace(account, email=event.email, invitation=link)
        case AccountOpened():
            return replace(account, email=event.email, invitation=None)
        case AccountEmailChanged():
            return replace(account, email=event.email, reset=None)
        case AccountActivated():
            return replace(account, invitation=None)
        case AccountIdentityLinked() | AccountIdentityUnlinked():
            return _identities(account, event)
        case AccountSignedIn() | AccountSignedOut() | AccountSignInFailed():
            return _used(account, event)
        case AccountSessionsEnded():
            ended = (event.session_id, event.ended_at)
            return replace(account, use=replace(account.use, ended=ended))
        case AccountViewSaved(name=name, query=query):
            return replace(account, views=_with_view(account.views, name, query))
        case AccountViewRemoved(name=name):
            left = tuple(one for one in account.views if one.name != name)
            return replace(account, views=left)
        case _:
            return _secrets(account, event)


def _identities(
    account: Account, event: AccountIdentityLinked | AccountIdentityUnlinked
) -> Account:
    named = Identity(issuer=event.issuer, identity_subject=event.identity_subject)
    others = tuple(one for one in account.identities if one != named)
    linked = (named,) if isinstance(event, AccountIdentityLinked) else ()
    return replace(account, identities=(*others, *linked))


def _with_view(views: tuple[SavedView, ...], name: str, query: str) -> tuple[SavedView, ...]:
    """Return the views with one more; renamed or with other filters, it keeps its place."""
    saved = SavedView(name=name, query=query)
    merged = [saved if one.name == name or one.query == query else one for one in views]
    return tuple(dict.fromkeys([*merged, saved]))


def _secrets(account: Account, event: AccountEvent) -> Account:
    match event:
        case AccountPasswordChanged():
            return replace(account, password_hash=event.password_hash, reset=None)
        case AccountPasswordRehashed():
            return replace(account, password_hash=event.password_hash)
        case AccountPasswordResetRequested(reset_id=reset_id, requested_at=at):
            link = OpenLink(link_id=reset_id, requested_at=at, expires_at=event.expires_at)
            return replace(account, reset=link, resets=(*account.resets, at)[-RESETS_KEPT:])
        case AccountPasskeyAdded(passkey=added):
            others = tuple(one for one in account.passkeys if one.passkey_id != added.passkey_id)
            return replace(account, passkeys=(*others, added))
        case AccountPasskeyRemoved(passkey_id=removed):
            left = tuple(one for one in account.passkeys if one.passkey_id != removed)
            return replace(account, passkeys=left)
        case AccountRecoveryCodesIssued():
            return replace(account, recovery_codes=tuple(one.code_hash for one in event.codes))
        case AccountRecoveryCodeUsed():
            unused = tuple(one for one in account.recovery_codes if one != event.code_hash)
            return replace(account, recovery_codes=unused)
        case _:
            return account


def _used(
    account: Account, event: AccountSignedIn | AccountSignedOut | AccountSignInFailed
) -> Account:
    match event:
        case AccountSignedOut():
            return replace(account, use=replace(account.use, signed_out=event.session_id))
        case AccountSignInFailed():
            failing = replace(account.use, failing_since=event.since, failures=event.failures)
            return replace(account, use=failing)
        case AccountSignedIn():
            use = replace(account.use, signed_in=event.session_id, failing_since=None, failures=0)
            count = event.passkey_sign_count
            passkeys = tuple(
                replace(one, sign_count=count)
                if count is not None and one.passkey_id == event.passkey_id
                else one
                for one in account.passkeys
            )
            return replace(account, use=use, passkeys=passkeys)
