"""Account rules: one account for each person, and never an organisation without an admin."""

from collections.abc import Callable
from typing import Any, Final

from events.account import life, openers, saved_views, uses
from events.account.commands import (
    AccountCommand,
    ActivateAccount,
    AddPasskey,
    ChangeAccountEmail,
    ChangeAccountRoles,
    ChangePassword,
    EndSessions,
    InviteAccount,
    IssueRecoveryCodes,
    LinkIdentity,
    OpenAccount,
    RecordSignedIn,
    RecordSignedOut,
    RecordSignInFailed,
    RehashPassword,
    ReinstateAccount,
    RemovePasskey,
    RemoveView,
    RequestPasswordReset,
    SaveView,
    SuspendAccount,
    UnlinkIdentity,
    UseRecoveryCode,
)
from events.account.events import AccountEvent
from events.account.state import INITIAL, Account, evolve
from events.aggregate import Aggregate
from events.decider import Decider, members_of
from events.ids import AccountId

RULES: Final[dict[type, Callable[[Any, Account], list[AccountEvent]]]] = {
    InviteAccount: life.invite,
    OpenAccount: life.open_,
    ActivateAccount: life.activate,
    SuspendAccount: life.suspend,
    ReinstateAccount: life.reinstate,
    ChangeAccountRoles: life.change_roles,
    ChangeAccountEmail: life.change_email,
    LinkIdentity: openers.link_identity,
    UnlinkIdentity: openers.unlink_identity,
    ChangePassword: openers.change_password,
    RehashPassword: openers.rehash_password,
    RequestPasswordReset: openers.request_reset,
    AddPasskey: openers.add_passkey,
    RemovePasskey: openers.remove_passkey,
    IssueRecoveryCodes: openers.issue_codes,
    UseRecoveryCode: openers.use_code,
    RecordSignedIn: uses.sign_in,
    RecordSignedOut: uses.sign_out,
    RecordSignInFailed: uses.fail,
    EndSessions: uses.end_sessions,
    SaveView: saved_views.save,
    RemoveView: saved_views.remove,
}


def decide(command: AccountCommand, account: Account) -> list[AccountEvent]:
    """Return the facts this command leads to."""
    return RULES[type(command)](command, account)


account_decider: Decider[AccountCommand, Account, AccountEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=members_of(AccountEvent)
)

AGGREGATE = Aggregate(
    noun="account", id=AccountId, decider=account_decider, commands=AccountCommand
)
