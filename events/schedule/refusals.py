"""Schedule refusals: why a schedule or an override cannot be so."""

from events.errors import Conflict, NotFound, Unprocessable


class ScheduleNotFound(NotFound):
    """There is no such schedule."""


class ScheduleOver(Conflict):
    """The schedule has ended."""


class OverrideNotFound(NotFound):
    """The schedule has no such override."""


class OverrideRefused(Unprocessable):
    """The override makes no sense."""


class OverrideOver(Conflict):
    """The override is over."""


class OverridesOverlap(Conflict):
    """Another override says the same of this person at that time."""


class TooManyOverrides(Conflict):
    """The schedule has as many overrides ahead as it takes."""
