"""An account is invited, used and suspended, and no organisation loses its last admin."""

from dataclasses import replace
from datetime import timedelta
from functools import reduce

import pytest

from events.account.commands import (
    ActivateAccount,
    ChangeAccountEmail,
    ChangeAccountRoles,
    InviteAccount,
    OpenAccount,
    ReinstateAccount,
    SuspendAccount,
)
from events.account.events import (
    AccountActivated,
    AccountEmailChanged,
    AccountEvent,
    AccountReinstated,
    AccountRolesChanged,
    AccountSessionsEnded,
    AccountSuspended,
)
from events.account.life import INVITATION_GOOD_FOR
from events.account.refusals import (
    AccountInUse,
    AccountNotActive,
    AccountNotFound,
    AccountNotSuspended,
    InvitationOver,
    LastAdmin,
    RolesInvalid,
)
from events.account.standing import NOBODY, AccountState, Standing, standing_after
from events.account.values import EndReason
from events.configuration.api_key import ApiScope
from events.errors import ReasonRequired
from tests.events.account.story import (
    ADA,
    FIRST,
    LATER,
    NOON,
    SECOND,
    ada,
    given,
    grace,
    invited,
    opened,
)

invite = InviteAccount(
    account_id=ADA,
    email="ada@example.com",
    roles=(ApiScope.RESPONDER,),
    invitation_id=FIRST,
    actor=grace,
    at=NOON,
)
open_ = OpenAccount(
    account_id=ADA, email="ada@example.com", roles=(ApiScope.ADMIN,), actor=ada, at=NOON
)
activate = ActivateAccount(account_id=ADA, invitation_id=FIRST, actor=ada, at=LATER)
activated = AccountActivated(
    account_id=ADA, invitation_id=FIRST, activated_by="responder:ada", activated_at=LATER
)
suspend = SuspendAccount(
    account_id=ADA, reason="Left in March.", is_last_admin=False, actor=grace, at=LATER
)
suspended = AccountSuspended(
    account_id=ADA,
    reason="Left in March.",
    suspended_by="responder:grace",
    suspended_at=LATER,
)
reinstate = ReinstateAccount(account_id=ADA, actor=grace, at=LATER)
reinstated = AccountReinstated(account_id=ADA, reinstated_by="responder:grace", reinstated_at=LATER)
demote = ChangeAccountRoles(
    account_id=ADA, roles=(ApiScope.RESPONDER,), is_last_admin=False, actor=grace, at=LATER
)
demoted = AccountRolesChanged(
    account_id=ADA, roles=(ApiScope.RESPONDER,), changed_by="responder:grace", changed_at=LATER
)


def standing(*events: AccountEvent) -> Standing:
    return reduce(standing_after, events, NOBODY)


def test_a_person_without_an_account_is_invited() -> None:
    given().when(invite).then(invited)
    given(invited).when(invite).then_nothing()


def test_an_invitation_anew_takes_the_place_of_the_one_before() -> None:
    again = replace(invite, invitation_id=SECOND, at=LATER)
    newer = replace(
        invited, invitation_id=SECOND, invited_at=LATER, expires_at=LATER + INVITATION_GOOD_FOR
    )
    given(invited).when(again).then(newer)
    given(invited, newer).when(activate).refused(InvitationOver, "invited anew")
    given(invited, newer).when(replace(activate, invitation_id=SECOND)).then(
        replace(activated, invitation_id=SECOND)
    )


def test_an_invitation_is_accepted_once() -> None:
    given(invited).when(activate).then(activated)
    given(invited, activated).when(activate).refused(InvitationOver, "used")


def test_an_invitation_is_over_after_seven_days() -> None:
    last = NOON + timedelta(days=7)
    given(invited).when(replace(activate, at=last)).refused(InvitationOver, "7 days")
    almost = last - timedelta(seconds=1)
    given(invited).when(replace(activate, at=almost)).then(replace(activated, activated_at=almost))


def test_whoever_is_invited_may_come_by_an_identity_provider_instead() -> None:
    vouched = replace(activate, invitation_id=None)
    given(invited).when(vouched).then(replace(activated, invitation_id=None))
    given(invited, activated).when(vouched).then_nothing()
    given().when(vouched).refused(AccountNotFound)
    given(opened, suspended).when(vouched).refused(AccountNotActive, "suspended")


def test_nobody_is_invited_who_has_an_account() -> None:
    given(opened).when(invite).refused(AccountInUse, "active")
    given(opened, suspended).when(invite).refused(AccountInUse, "suspended")


def test_an_invited_account_that_is_suspended_takes_no_invitation() -> None:
    given(invited, suspended).when(activate).refused(InvitationOver)
    given(invited, suspended, reinstated).when(activate).then(activated)


def test_an_account_is_opened_once() -> None:
    given().when(open_).then(opened)
    given(opened).when(open_).then_nothing()
    given(invited).when(open_).refused(AccountInUse)


@pytest.mark.parametrize("roles", [(), (ApiScope.INGEST,), (ApiScope.ADMIN, ApiScope.SCIM)])
def test_no_person_is_a_machine_and_none_is_nothing(roles: tuple[ApiScope, ...]) -> None:
    given().when(replace(invite, roles=roles)).refused(RolesInvalid)
    given().when(replace(open_, roles=roles)).refused(RolesInvalid)
    given(opened).when(replace(demote, roles=roles)).refused(RolesInvalid)


def test_an_account_is_suspended_and_reinstated() -> None:
    given(opened).when(suspend).then(suspended)
    given(opened, suspended).when(suspend).then_nothing()
    given(opened, suspended).when(reinstate).then(reinstated)
    given(opened, suspended, reinstated).when(reinstate).then_nothing()


def test_suspending_needs_an_account_and_a_reason() -> None:
    given().when(suspend).refused(AccountNotFound)
    given(opened).when(replace(suspend, reason=" ")).refused(ReasonRequired)
    given().when(reinstate).refused(AccountNotFound)
    given(invited).when(reinstate).refused(AccountNotSuspended)


def test_the_last_active_admin_is_neither_suspended_nor_demoted() -> None:
    given(opened).when(replace(suspend, is_last_admin=True)).refused(LastAdmin, "somebody else")
    given(opened).when(replace(demote, is_last_admin=True)).refused(LastAdmin)
    more = (ApiScope.ADMIN, ApiScope.AUDITOR)
    given(opened).when(replace(demote, roles=more, is_last_admin=True)).then(
        replace(demoted, roles=more)
    )


def test_an_admin_who_was_only_invited_is_no_last_one() -> None:
    guest = replace(invited, roles=(ApiScope.ADMIN,))
    given(guest).when(replace(suspend, is_last_admin=True)).then(suspended)


def test_roles_are_a_set() -> None:
    both = (ApiScope.RESPONDER, ApiScope.AUDITOR, ApiScope.RESPONDER)
    [event] = given(opened).when(replace(demote, roles=both)).decide()
    assert isinstance(event, AccountRolesChanged)
    assert event.roles == (ApiScope.AUDITOR, ApiScope.RESPONDER)
    given(opened, event).when(replace(demote, roles=both[:2])).then_nothing()


def test_the_address_to_sign_in_with_can_change() -> None:
    change = ChangeAccountEmail(account_id=ADA, email="a@example.org", actor=grace, at=LATER)
    changed = AccountEmailChanged(
        account_id=ADA, email="a@example.org", changed_by="responder:grace", changed_at=LATER
    )
    given(opened).when(change).then(changed)
    given(opened, changed).when(change).then_nothing()


def test_a_suspension_and_a_lost_role_end_every_session_and_a_gained_one_changes_its_token() -> (
    None
):
    first = standing(opened)
    assert first.state is AccountState.ACTIVE
    gained = standing(opened, replace(demoted, roles=(ApiScope.ADMIN, ApiScope.RESPONDER)))
    assert (gained.era, gained.gains) == (first.era, first.gains + 1)
    exchanged = standing(opened, demoted)  # an admin no more, and a responder for it
    assert (exchanged.era, exchanged.gains) == (first.era + 1, first.gains + 1)
    assert standing(opened, suspended, reinstated).era == first.era + 1


def test_ending_one_session_leaves_the_others() -> None:
    one = AccountSessionsEnded(
        account_id=ADA,
        session_id=FIRST,
        reason=EndReason.BY_PERSON,
        ended_by="responder:ada",
        ended_at=LATER,
    )
    assert standing(opened, one).era == standing(opened).era
    assert standing(opened, replace(one, session_id=None)).era == standing(opened).era + 1


def test_only_an_active_admin_counts_as_one() -> None:
    assert standing(opened).is_admin
    assert not standing(replace(invited, roles=(ApiScope.ADMIN,))).is_admin
    assert not standing(opened, suspended).is_admin
    assert not standing(opened, demoted).is_admin
