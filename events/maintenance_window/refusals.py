"""Maintenance window refusals: what no window can be, and what cannot be done to one now."""

from events.errors import Conflict, NotFound, Unprocessable


class MaintenanceWindowNotFound(NotFound):
    """There is no such maintenance window."""


class MaintenanceWindowNotRunning(Conflict):
    """The maintenance window does not run now."""


class MaintenanceWindowRefused(Unprocessable):
    """A maintenance window cannot be like this."""
