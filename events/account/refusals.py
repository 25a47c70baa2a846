"""Account refusals: why an account cannot be used, or not be changed so."""

from events.errors import Conflict, Gone, NotFound, Unprocessable


class AccountNotFound(NotFound):
    """There is no such account."""


class AccountInUse(Conflict):
    """The person has an account already."""


class AccountNotActive(Conflict):
    """The account may not be used now."""


class AccountNotSuspended(Conflict):
    """The account is not suspended."""


class LastAdmin(Conflict):
    """The organisation would have no admin left."""


class RolesInvalid(Unprocessable):
    """A person cannot have these roles."""


class InvitationOver(Gone):
    """The invitation is good no more."""


class PasswordResetOver(Gone):
    """The link to choose a new password is good no more."""


class PasswordResetTooOften(Conflict):
    """No further link to choose a password is sent now."""


class PasskeyNotFound(NotFound):
    """The account has no such passkey."""


class PasskeyKnown(Conflict):
    """The passkey opens the account already."""


class PasskeysTooMany(Conflict):
    """The account takes no further passkey."""


class ViewNotFound(NotFound):
    """The account has no such view."""


class ViewsTooMany(Conflict):
    """The account takes no further view."""


class LastWayIn(Conflict):
    """Nothing would be left that opens the account."""


class IdentityNotFound(NotFound):
    """The account has no such identity."""


class RecoveryCodeWrong(Unprocessable):
    """The recovery code is not one of the unused ones."""
