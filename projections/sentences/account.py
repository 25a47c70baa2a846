"""Account sentences: who may sign in and how, and that they did. No secret and no address."""

from typing import Final

from events.account.events import (
    AccountActivated,
    AccountEmailChanged,
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
    AccountReinstated,
    AccountRolesChanged,
    AccountSessionsEnded,
    AccountSignedIn,
    AccountSignedOut,
    AccountSignInFailed,
    AccountSuspended,
    AccountViewRemoved,
    AccountViewSaved,
)
from events.account.values import EndReason, SignInMethod
from projections.sentences.words import because, clock, counted, listed, person, times, words

WAYS: Final = {
    SignInMethod.PASSWORD: "with a password",
    SignInMethod.PASSKEY: "with a passkey",
    SignInMethod.PASSWORD_AND_PASSKEY: "with a password and a passkey",
    SignInMethod.PASSWORD_AND_RECOVERY_CODE: "with a password and a recovery code",
    SignInMethod.IDENTITY_PROVIDER: "at the identity provider",
    SignInMethod.LINK: "by a link",
}
REASONS: Final = {
    EndReason.BY_PERSON: "",
    EndReason.BY_ADMIN: " as an admin",
    EndReason.IDENTITY_PROVIDER: ": they signed out at the identity provider",
}


@words.register
def _(event: AccountInvited) -> str:
    return f"{person(event.invited_by)} invited {event.account_id} as {listed(event.roles)}"


@words.register
def _(event: AccountOpened) -> str:
    return f"{person(event.opened_by)} let {event.account_id} sign in as {listed(event.roles)}"


@words.register
def _(event: AccountActivated) -> str:
    how = "accepted the invitation" if event.invitation_id else "came by the identity provider"
    return f"{event.account_id} {how}, and may sign in"


@words.register
def _(event: AccountSuspended) -> str:
    who = person(event.suspended_by)
    return f"{who} suspended the account of {event.account_id}{because(event.reason)}"


@words.register
def _(event: AccountReinstated) -> str:
    return f"{person(event.reinstated_by)} reinstated the account of {event.account_id}"


@words.register
def _(event: AccountRolesChanged) -> str:
    return f"{person(event.changed_by)} made {event.account_id} {listed(event.roles)}"


@words.register
def _(event: AccountEmailChanged) -> str:
    return f"{person(event.changed_by)} changed the address {event.account_id} signs in with"


@words.register
def _(event: AccountIdentityLinked) -> str:
    what = f"the account of {event.account_id} to an identity of {event.issuer}"
    return f"{person(event.linked_by)} linked {what}"


@words.register
def _(event: AccountIdentityUnlinked) -> str:
    what = f"the account of {event.account_id} from an identity of {event.issuer}"
    return f"{person(event.unlinked_by)} unlinked {what}, and its sessions ended"


@words.register
def _(event: AccountPasswordChanged) -> str:
    how = " by a link" if event.reset_id else ""
    who = person(event.changed_by)
    return f"{who} set the password of {event.account_id}{how}, and its sessions ended"


@words.register
def _(event: AccountPasswordRehashed) -> str:
    return f"Tocsin keeps the password of {event.account_id} under a stronger hash"


@words.register
def _(event: AccountPasswordResetRequested) -> str:
    until = clock(event.expires_at)
    who = person(event.requested_by)
    return f"{who} asked for a link to set the password of {event.account_id}, good until {until}"


@words.register
def _(event: AccountPasskeyAdded) -> str:
    return f"{person(event.added_by)} added a passkey to the account of {event.account_id}"


@words.register
def _(event: AccountPasskeyRemoved) -> str:
    what = f"a passkey from the account of {event.account_id}, and its sessions ended"
    return f"{person(event.removed_by)} removed {what}"


@words.register
def _(event: AccountRecoveryCodesIssued) -> str:
    count = counted(len(event.codes), "recovery code")
    return f"{person(event.issued_by)} had {count} made for {event.account_id}"


@words.register
def _(event: AccountRecoveryCodeUsed) -> str:
    left = counted(event.codes_left, "code")
    verb = "is" if event.codes_left == 1 else "are"
    return f"{person(event.used_by)} used a recovery code of {event.account_id}; {left} {verb} left"


@words.register
def _(event: AccountSignedIn) -> str:
    return f"{event.account_id} signed in {WAYS[event.method]}"


@words.register
def _(event: AccountSignedOut) -> str:
    return f"{event.account_id} signed out"


@words.register
def _(event: AccountSignInFailed) -> str:
    since = clock(event.since)
    return f"Signing in as {event.account_id} failed {times(event.failures)} since {since}"


@words.register
def _(event: AccountSessionsEnded) -> str:
    what = "a session" if event.session_id else "every session"
    return f"{person(event.ended_by)} ended {what} of {event.account_id}{REASONS[event.reason]}"


@words.register
def _(event: AccountViewSaved) -> str:
    return f"{person(event.saved_by)} saved a view of the incidents"


@words.register
def _(event: AccountViewRemoved) -> str:
    return f"{person(event.removed_by)} removed a saved view of the incidents"
