"""Signing in and out is said once each, and any number of failures in a handful of facts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from events.account.commands import (
    EndSessions,
    RecordSignedIn,
    RecordSignedOut,
    RecordSignInFailed,
)
from events.account.decide import account_decider
from events.account.events import (
    AccountEvent,
    AccountPasskeyAdded,
    AccountSessionsEnded,
    AccountSignedIn,
    AccountSignedOut,
    AccountSignInFailed,
)
from events.account.refusals import AccountNotActive, AccountNotFound
from events.account.uses import is_noted
from events.account.values import EndReason, Passkey, SignInMethod
from tests.events.account.story import ADA, FIRST, LATER, NOON, SECOND, ada, given, invited, opened

sign_in = RecordSignedIn(
    account_id=ADA,
    session_id=FIRST,
    method=SignInMethod.PASSWORD,
    address_prefix="203.0.113.0/24",
    at=LATER,
)
signed_in = AccountSignedIn(
    account_id=ADA,
    session_id=FIRST,
    method=SignInMethod.PASSWORD,
    address_prefix="203.0.113.0/24",
    signed_in_at=LATER,
)
fail = RecordSignInFailed(account_id=ADA, failures=1, since=NOON, at=NOON)
failed = AccountSignInFailed(
    account_id=ADA, failures=1, since=NOON, address_prefix=None, failed_at=NOON
)


def test_a_sign_in_is_said_once() -> None:
    given(opened).when(sign_in).then(signed_in)
    given(opened, signed_in).when(sign_in).then_nothing()
    given(opened, signed_in).when(replace(sign_in, session_id=SECOND)).then(
        replace(signed_in, session_id=SECOND)
    )


def test_nobody_signs_in_to_an_account_that_may_not_be_used() -> None:
    given().when(sign_in).refused(AccountNotFound)
    given(invited).when(sign_in).refused(AccountNotActive)


def test_a_sign_out_is_said_once() -> None:
    sign_out = RecordSignedOut(account_id=ADA, session_id=FIRST, at=LATER)
    signed_out = AccountSignedOut(account_id=ADA, session_id=FIRST, signed_out_at=LATER)
    given(opened, signed_in).when(sign_out).then(signed_out)
    given(opened, signed_in, signed_out).when(sign_out).then_nothing()


def test_a_passkey_s_count_is_kept_as_it_said_it() -> None:
    phone = Passkey(passkey_id=FIRST, name="p", credential_id="c", public_key="k", sign_count=1)
    added = AccountPasskeyAdded(account_id=ADA, passkey=phone, added_by="x", added_at=NOON)
    used = replace(signed_in, passkey_id=FIRST, passkey_sign_count=7)
    account = account_decider.fold([opened, added, used])
    assert account.passkeys == (replace(phone, sign_count=7),)


def test_ending_sessions_is_said_once() -> None:
    end = EndSessions(
        account_id=ADA, session_id=None, reason=EndReason.BY_PERSON, actor=ada, at=LATER
    )
    ended = AccountSessionsEnded(
        account_id=ADA,
        session_id=None,
        reason=EndReason.BY_PERSON,
        ended_by="responder:ada",
        ended_at=LATER,
    )
    given(opened).when(end).then(ended)
    given(opened, ended).when(end).then_nothing()
    given().when(end).refused(AccountNotFound)


@pytest.mark.parametrize("count", [1, 10, 100, 1_000, 10_000])
def test_the_log_says_so_of_the_first_failure_the_tenth_and_the_hundredth(count: int) -> None:
    given(opened).when(replace(fail, failures=count)).then(replace(failed, failures=count))


@pytest.mark.parametrize("count", [0, 2, 9, 11, 20, 110, 999])
def test_the_failures_between_are_counted_and_not_said(count: int) -> None:
    given(opened).when(replace(fail, failures=count)).then_nothing()


def test_a_new_streak_of_failures_is_said_again() -> None:
    given(opened, failed).when(fail).then_nothing()
    later = replace(fail, since=LATER, at=LATER)
    given(opened, failed).when(later).then(replace(failed, since=LATER, failed_at=LATER))
    given(opened, failed, signed_in).when(fail).then(failed)


@each(st.integers(1, 3_000))
def test_many_failures_do_not_grow_the_stream_without_bound(count: int) -> None:
    account = account_decider.fold([opened])
    facts: list[AccountEvent] = []
    for number in range(1, count + 1):
        at = NOON + timedelta(seconds=number)
        for event in account_decider.decide(replace(fail, failures=number, at=at), account):
            facts.append(event)
            account = account_decider.evolve(account, event)
    assert len(facts) == len(str(count))
    assert is_noted(10 ** (len(facts) - 1))
