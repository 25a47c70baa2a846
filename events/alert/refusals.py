"""Alert refusals: what cannot be done to an alert."""

from events.errors import Conflict, NotFound


class AlertNotFound(NotFound):
    """There is no such alert."""


class AlertNotHeld(Conflict):
    """The alert is not held back."""
