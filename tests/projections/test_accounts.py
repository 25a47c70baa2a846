"""The list of accounts says who may sign in and by what, and forgets whoever is to be forgotten."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from events.account.events import (
    AccountActivated,
    AccountIdentityLinked,
    AccountInvited,
    AccountPasskeyAdded,
    AccountPasswordChanged,
    AccountRecoveryCodesIssued,
    AccountReinstated,
    AccountSuspended,
)
from events.account.standing import AccountState
from events.account.values import Passkey, RecoveryCode
from events.configuration.api_key import ApiScope
from events.ids import AccountId, SubjectId
from events.log.recorded import Metadata, Recorded
from events.subject.events import SubjectForgotten
from events.values.personal import ERASED
from projections.configuration.accounts import AccountRow, account, whose

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ADA = AccountId("ada")
invited = AccountInvited(
    account_id=ADA,
    email="ada@example.com",
    roles=(ApiScope.ADMIN,),
    invitation_id=UUID(int=1),
    expires_at=NOON,
    invited_by="responder:grace",
    invited_at=NOON,
)
activated = AccountActivated(
    account_id=ADA, invitation_id=UUID(int=1), activated_by="responder:ada", activated_at=NOON
)
suspended = AccountSuspended(
    account_id=ADA, reason="Left.", suspended_by="responder:grace", suspended_at=NOON
)
OPENERS = (
    AccountPasswordChanged(
        account_id=ADA,
        password_hash="secret-hash",
        reset_id=None,
        changed_by="responder:ada",
        changed_at=NOON,
    ),
    AccountPasskeyAdded(
        account_id=ADA,
        passkey=Passkey(
            passkey_id=UUID(int=2),
            name="Phone",
            credential_id="secret-id",
            public_key="secret-key",
            sign_count=0,
        ),
        added_by="responder:ada",
        added_at=NOON,
    ),
    AccountRecoveryCodesIssued(
        account_id=ADA,
        codes=(RecoveryCode(code_hash="secret-code"),) * 3,
        issued_by="responder:ada",
        issued_at=NOON,
    ),
    AccountIdentityLinked(
        account_id=ADA,
        issuer="https://id.example.com",
        identity_subject="42",
        linked_by="responder:ada",
        linked_at=NOON,
    ),
)
forgotten = SubjectForgotten(
    subject_id=SubjectId("ada"), reason="Asked.", forgotten_by="x", forgotten_at=NOON
)


def after(*events: object) -> AccountRow:
    row: AccountRow | None = None
    for version, event in enumerate(events, 1):
        recorded = Recorded(
            position=version,
            stream="account-ada",
            version=version,
            event_id=UUID(int=version),
            command_id=UUID(int=version),
            event=event,
            metadata=Metadata(principal="x"),
            recorded_at=NOON,
            hash=b"",
        )
        assert whose(event) == ("ada",)
        row = account(row, recorded, "ada")

    assert row is not None
    return row


def test_a_row_says_the_state_and_the_roles() -> None:
    assert after(invited).state is AccountState.INVITED
    row = after(invited, activated, suspended)
    assert (row.state, row.roles) == (AccountState.SUSPENDED, (ApiScope.ADMIN,))
    assert row.suspended_because == "Left."
    back = AccountReinstated(account_id=ADA, reinstated_by="x", reinstated_at=NOON)
    row = after(invited, activated, suspended, back)
    assert (row.state, row.suspended_because) == (AccountState.ACTIVE, None)


def test_a_row_says_what_opens_the_account_and_no_secret() -> None:
    row = after(invited, activated, *OPENERS)
    assert row.has_password
    assert [one.name for one in row.passkeys] == ["Phone"]
    assert row.recovery_codes_left == 3
    assert row.identities[0].identity_subject == "42"
    assert "secret" not in repr(row)


def test_nothing_of_who_is_forgotten_stays_in_the_row() -> None:
    row = after(invited, activated, *OPENERS, forgotten)
    assert row.email == ERASED
    assert {one.name for one in row.passkeys} == {ERASED}
    assert {one.identity_subject for one in row.identities} == {ERASED}
    assert whose(replace(forgotten, subject_id=SubjectId("ben"))) == ("ben",)
