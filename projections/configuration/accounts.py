"""Accounts as they are now: who may sign in, in which roles, and by what. No secret is in them."""

from collections.abc import Hashable
from typing import Final, cast

from msgspec import Struct
from msgspec.structs import replace

from events.account.decide import account_decider
from events.account.events import (
    AccountEmailChanged,
    AccountEvent,
    AccountIdentityLinked,
    AccountIdentityUnlinked,
    AccountInvited,
    AccountOpened,
    AccountPasskeyAdded,
    AccountPasskeyRemoved,
    AccountPasswordChanged,
    AccountRecoveryCodesIssued,
    AccountRecoveryCodeUsed,
    AccountSignedIn,
    AccountSuspended,
)
from events.account.standing import AccountState, Standing, standing_after
from events.configuration.api_key import ApiScope
from events.log.recorded import Recorded
from events.subject.events import SubjectForgotten
from events.values.personal import ERASED
from projections.engine.keys import stream_key
from projections.engine.rows import (
    OWN_STREAM,
    Batch,
    Moment,
    Reader,
    Row,
    Rows,
    Table,
    as_json,
    fold,
)

NAME: Final = "accounts"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class LinkedIdentity(Struct, frozen=True, kw_only=True):
    """A person as an identity provider knows them."""

    issuer: str
    identity_subject: str


class AddedPasskey(Struct, frozen=True, kw_only=True):
    """A passkey without its key."""

    passkey_id: str
    name: str
    added_at: Moment


class AccountRow(Row, frozen=True, kw_only=True):
    """How a person signs in, and their roles."""

    account_id: str
    email: str | None = None
    state: AccountState = AccountState.ABSENT
    roles: tuple[ApiScope, ...] = ()
    was_active: bool = False
    invited_at: Moment | None = None
    invitation_expires_at: Moment | None = None
    suspended_because: str | None = None
    has_password: bool = False
    identities: tuple[LinkedIdentity, ...] = ()
    passkeys: tuple[AddedPasskey, ...] = ()
    recovery_codes_left: int = 0
    signed_in_at: Moment | None = None
    version: int


ACCOUNT = Table(
    "account", "account_id", AccountRow, OWN_STREAM, {"email": "(email) where email is not null"}
)
TABLES: Final = (ACCOUNT,)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring every account that the batch names up to date."""
    await fold(ACCOUNT, tx, batch, whose, account)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return whose account is quarantined when the event cannot be applied."""
    return stream_key(recorded, ACCOUNT.name)


def whose(event: object) -> tuple[str, ...]:
    """Return the account that an event tells of, or makes us forget."""
    if isinstance(event, SubjectForgotten):
        return (event.subject_id,)
    ours = isinstance(event, account_decider.event_types)
    return (cast("AccountEvent", event).account_id,) if ours else ()


def account(row: AccountRow | None, recorded: Recorded[object], key: Hashable) -> AccountRow | None:
    """Return the account after the event."""
    event = recorded.event
    if isinstance(event, SubjectForgotten):
        return None if row is None else forgotten(row)
    known = cast("AccountEvent", event)  # `whose` lets no other in
    before = row or AccountRow(account_id=str(key), version=0)
    after = opened_by(with_standing(before, known), known)
    return replace(after, version=recorded.version)


def forgotten(row: AccountRow) -> AccountRow:
    """Return the account of a person who is forgotten."""
    return replace(
        row,
        email=None if row.email is None else ERASED,
        identities=tuple(replace(one, identity_subject=ERASED) for one in row.identities),
        passkeys=tuple(replace(one, name=ERASED) for one in row.passkeys),
    )


def with_standing(row: AccountRow, event: AccountEvent) -> AccountRow:
    """Return the account with its state and roles after the event."""
    before = Standing(state=row.state, roles=row.roles, was_active=row.was_active)
    after = standing_after(before, event)
    because = row.suspended_because if after.state is AccountState.SUSPENDED else None
    return replace(
        row,
        state=after.state,
        roles=after.roles,
        was_active=after.was_active,
        suspended_because=event.reason if isinstance(event, AccountSuspended) else because,
    )


def opened_by(row: AccountRow, event: AccountEvent) -> AccountRow:
    """Return the account with what opens it after the event."""
    match event:
        case AccountInvited(email=email, invited_at=at, expires_at=until):
            return replace(row, email=email, invited_at=at, invitation_expires_at=until)
        case AccountOpened(email=email) | AccountEmailChanged(email=email):
            return replace(row, email=email)
        case AccountPasswordChanged():
            return replace(row, has_password=True)
        case AccountIdentityLinked() | AccountIdentityUnlinked():
            return replace(row, identities=linked(row.identities, event))
        case AccountPasskeyAdded(passkey=one, added_at=at):
            added = AddedPasskey(passkey_id=str(one.passkey_id), name=one.name, added_at=at)
            return replace(row, passkeys=(*row.passkeys, added))
        case AccountPasskeyRemoved(passkey_id=removed):
            left = tuple(one for one in row.passkeys if one.passkey_id != str(removed))
            return replace(row, passkeys=left)
        case AccountRecoveryCodesIssued(codes=codes):
            return replace(row, recovery_codes_left=len(codes))
        case AccountRecoveryCodeUsed(codes_left=left):
            return replace(row, recovery_codes_left=left)
        case AccountSignedIn(signed_in_at=at):
            return replace(row, signed_in_at=at)
        case _:
            return row


def linked(
    identities: tuple[LinkedIdentity, ...], event: AccountIdentityLinked | AccountIdentityUnlinked
) -> tuple[LinkedIdentity, ...]:
    """Return the identities after one was linked or unlinked."""
    named = LinkedIdentity(issuer=event.issuer, identity_subject=event.identity_subject)
    others = tuple(one for one in identities if one != named)
    return (*others, named) if isinstance(event, AccountIdentityLinked) else others


async def with_email(reader: Reader, email: str) -> list[AccountRow]:
    """Return the accounts that sign in with an address."""
    return await ACCOUNT.select(reader, "where t.email = $1 order by t.account_id", email)


async def with_identity(reader: Reader, issuer: str, identity_subject: str) -> list[AccountRow]:
    """Return the accounts that an identity of a provider opens."""
    identity = [{"issuer": issuer, "identity_subject": identity_subject}]
    sql = "where t.identities @> $1::text::jsonb order by t.account_id"
    return await ACCOUNT.select(reader, sql, as_json(identity))
