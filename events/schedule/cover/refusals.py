"""Cover refusals: why a shift is not asked for, taken or given back."""

from events.errors import Conflict, Forbidden, NotFound, Unprocessable


class CoverNotFound(NotFound):
    """The schedule has no such cover request."""


class CoverRefused(Unprocessable):
    """The cover request makes no sense."""


class ShiftOfAnother(Forbidden):
    """Only who is on that shift, or a manager of the team, asks for cover of it."""


class CoverNotAsked(Forbidden):
    """Only who was asked takes or declines a shift."""


class CoverOver(Conflict):
    """The cover request is not open."""


class CoverAskedAlready(Conflict):
    """Cover was asked for that time already."""


class ShiftChanged(Conflict):
    """Whoever asked is not on call at that time any more."""
