"""What opens an account: each way is added and taken away, and the last one stays."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

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
from events.account.openers import MOST_PASSKEYS, RESET_GOOD_FOR
from events.account.refusals import (
    AccountNotActive,
    AccountNotFound,
    IdentityNotFound,
    LastWayIn,
    PasskeyKnown,
    PasskeyNotFound,
    PasskeysTooMany,
    PasswordResetOver,
    PasswordResetTooOften,
    RecoveryCodeWrong,
)
from events.account.values import Passkey, RecoveryCode
from tests.events.account.story import (
    ADA,
    FIRST,
    LATER,
    NOON,
    SECOND,
    ada,
    given,
    invited,
    opened,
)

ISSUER = "https://id.example.com"
link = LinkIdentity(account_id=ADA, issuer=ISSUER, identity_subject="1", actor=ada, at=LATER)
linked = AccountIdentityLinked(
    account_id=ADA,
    issuer=ISSUER,
    identity_subject="1",
    linked_by="responder:ada",
    linked_at=LATER,
)
unlink = UnlinkIdentity(account_id=ADA, issuer=ISSUER, identity_subject="1", actor=ada, at=LATER)
change = ChangePassword(account_id=ADA, password_hash="one", actor=ada, at=LATER)
changed = AccountPasswordChanged(
    account_id=ADA,
    password_hash="one",
    reset_id=None,
    changed_by="responder:ada",
    changed_at=LATER,
)
reset = RequestPasswordReset(account_id=ADA, reset_id=FIRST, actor=ada, at=NOON)
asked = AccountPasswordResetRequested(
    account_id=ADA,
    reset_id=FIRST,
    expires_at=NOON + RESET_GOOD_FOR,
    requested_by="responder:ada",
    requested_at=NOON,
)
phone = Passkey(passkey_id=FIRST, name="phone", credential_id="abc", public_key="key", sign_count=0)
add = AddPasskey(account_id=ADA, passkey=phone, actor=ada, at=LATER)
added = AccountPasskeyAdded(account_id=ADA, passkey=phone, added_by="responder:ada", added_at=LATER)
remove = RemovePasskey(account_id=ADA, passkey_id=FIRST, actor=ada, at=LATER)
CODES = (RecoveryCode(code_hash="a"), RecoveryCode(code_hash="b"))
issued = AccountRecoveryCodesIssued(
    account_id=ADA, codes=CODES, issued_by="responder:ada", issued_at=LATER
)
use = UseRecoveryCode(account_id=ADA, code_hash="a", actor=ada, at=LATER)
used = AccountRecoveryCodeUsed(
    account_id=ADA, code_hash="a", codes_left=1, used_by="responder:ada", used_at=LATER
)


def test_an_identity_is_linked_once() -> None:
    given(opened).when(link).then(linked)
    given(opened, linked).when(link).then_nothing()
    given().when(link).refused(AccountNotFound)


def test_an_identity_is_unlinked_while_something_else_opens_the_account() -> None:
    given(opened, linked).when(unlink).refused(LastWayIn)
    given(opened, linked, changed).when(unlink).then(
        AccountIdentityUnlinked(
            account_id=ADA,
            issuer=ISSUER,
            identity_subject="1",
            unlinked_by="responder:ada",
            unlinked_at=LATER,
        )
    )
    given(opened, changed).when(unlink).refused(IdentityNotFound)


def test_only_an_active_account_is_given_something_that_opens_it() -> None:
    for command in (change, reset, add, use):
        given().when(command).refused(AccountNotFound)
        given(invited).when(command).refused(AccountNotActive)


def test_a_password_is_set_and_changed() -> None:
    given(opened).when(change).then(changed)
    given(opened, changed).when(change).then_nothing()


def test_a_reset_link_sets_one_password_within_half_an_hour() -> None:
    given(opened).when(reset).then(asked)
    given(opened, asked).when(reset).then_nothing()
    by_link = replace(change, reset_id=FIRST)
    set_by_link = replace(changed, reset_id=FIRST)
    given(opened, asked).when(by_link).then(set_by_link)
    given(opened, asked, set_by_link).when(by_link).refused(PasswordResetOver, "was used")
    given(opened).when(by_link).refused(PasswordResetOver)
    late = replace(by_link, at=NOON + timedelta(minutes=30))
    given(opened, asked).when(late).refused(PasswordResetOver, "30 minutes")


def test_a_newer_link_and_a_changed_password_make_a_link_useless() -> None:
    newer = replace(asked, reset_id=SECOND)
    by_link = replace(change, reset_id=FIRST)
    given(opened, asked, newer).when(by_link).refused(PasswordResetOver, "newer")
    given(opened, asked, changed).when(by_link).refused(PasswordResetOver)


def test_five_links_an_hour_are_enough() -> None:
    five = [replace(asked, reset_id=UUID(int=number)) for number in range(10, 15)]
    given(opened, *five).when(reset).refused(PasswordResetTooOften, "5 links")
    later = replace(reset, at=NOON + timedelta(hours=1))
    [event] = given(opened, *five).when(later).decide()
    assert isinstance(event, AccountPasswordResetRequested)


def test_a_hash_is_strengthened_if_it_is_still_the_same_password() -> None:
    rehash = RehashPassword(
        account_id=ADA,
        password_hash="two",
        replaces="one",
        at=LATER,
    )
    rehashed = AccountPasswordRehashed(
        account_id=ADA,
        password_hash="two",
        rehashed_at=LATER,
    )
    given(opened, changed).when(rehash).then(rehashed)
    given(opened, changed, rehashed).when(rehash).then_nothing()
    given(opened, replace(changed, password_hash="other")).when(rehash).then_nothing()
    given(opened).when(rehash).then_nothing()


def test_a_passkey_is_added_once_and_no_other_account_of_it() -> None:
    given(opened).when(add).then(added)
    given(opened, added).when(add).then_nothing()
    same = replace(add, passkey=replace(phone, passkey_id=SECOND))
    given(opened, added).when(same).refused(PasskeyKnown)


def test_an_account_has_no_end_of_passkeys() -> None:
    many = [
        replace(added, passkey=replace(phone, passkey_id=UUID(int=n), credential_id=str(n)))
        for n in range(100, 100 + MOST_PASSKEYS)
    ]
    given(opened, *many).when(add).refused(PasskeysTooMany)


def test_the_last_way_into_an_account_stays() -> None:
    given(opened, added).when(remove).refused(LastWayIn)
    given(opened, added, linked).when(remove).then(
        AccountPasskeyRemoved(
            account_id=ADA, passkey_id=FIRST, removed_by="responder:ada", removed_at=LATER
        )
    )
    given(opened, changed).when(remove).refused(PasskeyNotFound)


def test_a_recovery_code_is_good_once() -> None:
    issue = IssueRecoveryCodes(account_id=ADA, codes=CODES, actor=ada, at=LATER)
    given(opened).when(issue).then(issued)
    given(opened, issued).when(issue).then_nothing()
    given(opened, issued).when(use).then(used)
    given(opened, issued, used).when(use).refused(RecoveryCodeWrong)
    given(opened).when(use).refused(RecoveryCodeWrong)


def test_new_recovery_codes_make_the_older_ones_useless() -> None:
    newer = replace(issued, codes=(RecoveryCode(code_hash="c"),))
    given(opened, issued, newer).when(use).refused(RecoveryCodeWrong)
