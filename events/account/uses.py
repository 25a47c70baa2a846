"""Account use rules: each sign-in and sign-out is said once, and failures in powers of ten.

However often somebody tries, a streak of failures is a handful of facts.
"""

from events.account.commands import (
    EndSessions,
    RecordSignedIn,
    RecordSignedOut,
    RecordSignInFailed,
)
from events.account.events import (
    AccountEvent,
    AccountSessionsEnded,
    AccountSignedIn,
    AccountSignedOut,
    AccountSignInFailed,
)
from events.account.life import require_active, require_there
from events.account.state import Account


def sign_in(command: RecordSignedIn, account: Account) -> list[AccountEvent]:
    """Record a sign-in.

    Raises: AccountNotFound, AccountNotActive.
    """
    require_active(command.account_id, account)
    if account.use.signed_in == command.session_id:
        return []
    return [
        AccountSignedIn(
            account_id=command.account_id,
            session_id=command.session_id,
            method=command.method,
            address_prefix=command.address_prefix,
            passkey_id=command.passkey_id,
            passkey_sign_count=command.passkey_sign_count,
            signed_in_at=command.at,
        )
    ]


def sign_out(command: RecordSignedOut, account: Account) -> list[AccountEvent]:
    """Record a sign-out.

    Raises: AccountNotFound.
    """
    require_there(command.account_id, account)
    if account.use.signed_out == command.session_id:
        return []
    return [
        AccountSignedOut(
            account_id=command.account_id,
            session_id=command.session_id,
            signed_out_at=command.at,
        )
    ]


def fail(command: RecordSignInFailed, account: Account) -> list[AccountEvent]:
    """Record that a sign-in failed, unless it is between two counts that are told.

    Raises: AccountNotFound.
    """
    require_there(command.account_id, account)
    if not is_noted(command.failures):
        return []
    if account.use.failing_since == command.since and account.use.failures >= command.failures:
        return []
    return [
        AccountSignInFailed(
            account_id=command.account_id,
            failures=command.failures,
            since=command.since,
            address_prefix=command.address_prefix,
            failed_at=command.at,
        )
    ]


def end_sessions(command: EndSessions, account: Account) -> list[AccountEvent]:
    """End one session, or every one.

    Raises: AccountNotFound.
    """
    require_there(command.account_id, account)
    if account.use.ended == (command.session_id, command.at):
        return []
    return [
        AccountSessionsEnded(
            account_id=command.account_id,
            session_id=command.session_id,
            reason=command.reason,
            ended_by=command.actor.name,
            ended_at=command.at,
        )
    ]


def is_noted(failures: int) -> bool:
    """Return whether the log says so of that many failures: a power of ten."""
    while failures >= 10 and failures % 10 == 0:  # noqa: PLR2004  ten is the step
        failures //= 10
    return failures == 1
