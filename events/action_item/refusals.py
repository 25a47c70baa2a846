"""Action item refusals: what no action item can be, and what cannot be done to one now."""

from events.errors import Conflict, NotFound, Unprocessable


class ActionItemNotFound(NotFound):
    """There is no such action item."""


class ActionItemEnded(Conflict):
    """The action item is done, dropped or superseded."""


class ActionItemLinkedBefore(Conflict):
    """The action item has an issue already."""


class ActionItemRefused(Unprocessable):
    """An action item cannot be like this."""
