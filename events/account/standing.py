"""Account standing: whether an account may be used, its roles, and which sessions are over.

Nothing personal is in it, so that a process may remember it and read on from there.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from events.account.events import (
    AccountActivated,
    AccountEvent,
    AccountIdentityUnlinked,
    AccountInvited,
    AccountOpened,
    AccountPasskeyRemoved,
    AccountPasswordChanged,
    AccountReinstated,
    AccountRolesChanged,
    AccountSessionsEnded,
    AccountSuspended,
)
from events.configuration.api_key import ApiScope


class AccountState(StrEnum):
    """Whether an account may be used."""

    ABSENT = "absent"  # there is none
    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a session needs to know of its account."""

    state: AccountState = AccountState.ABSENT
    roles: tuple[ApiScope, ...] = ()
    was_active: bool = False  # so that one who is reinstated need not be invited anew
    era: int = 0  # a session of an earlier era is over
    gains: int = 0  # a session from before the newest gain of rights takes another token

    @property
    def is_active(self) -> bool:
        """Return whether the account may be used."""
        return self.state is AccountState.ACTIVE

    @property
    def is_suspended(self) -> bool:
        """Return whether the account was taken out of use."""
        return self.state is AccountState.SUSPENDED

    @property
    def is_admin(self) -> bool:
        """Return whether the person can administrate the organisation now."""
        return self.is_active and ApiScope.ADMIN in self.roles


NOBODY: Final = Standing()
STATES: Final = {
    AccountInvited: AccountState.INVITED,
    AccountOpened: AccountState.ACTIVE,
    AccountActivated: AccountState.ACTIVE,
    AccountSuspended: AccountState.SUSPENDED,
    AccountReinstated: AccountState.ACTIVE,
}
ENDS_SESSIONS: Final = (
    AccountSuspended,
    AccountPasswordChanged,
    AccountPasskeyRemoved,
    AccountIdentityUnlinked,
)


def standing_after(standing: Standing, event: AccountEvent) -> Standing:
    """Return the standing after the event; never refuses."""
    state = STATES.get(type(event), standing.state)
    if isinstance(event, AccountReinstated) and not standing.was_active:
        state = AccountState.INVITED
    was_active = standing.was_active or state is AccountState.ACTIVE
    after = replace(standing, state=state, was_active=was_active)
    match event:
        case AccountInvited() | AccountOpened() | AccountRolesChanged():
            return _with_roles(after, event.roles)
        case AccountSessionsEnded(session_id=None):
            return _over(after)
        case _:
            return _over(after) if isinstance(event, ENDS_SESSIONS) else after


def _with_roles(standing: Standing, roles: tuple[ApiScope, ...]) -> Standing:
    lost, gained = set(standing.roles) - set(roles), set(roles) - set(standing.roles)
    after = replace(standing, roles=roles, gains=standing.gains + bool(gained))
    return _over(after) if lost else after


def _over(standing: Standing) -> Standing:
    return replace(standing, era=standing.era + 1)
