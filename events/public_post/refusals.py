"""Public post refusals: what customers are not told, or not in this order."""

from events.errors import Conflict, NotFound, Unprocessable


class IncidentNotPublic(Conflict):
    """Customers are not told of this incident."""


class PublicPostOutOfOrder(Conflict):
    """Customers were told that the response is further than this."""


class PublicPostRefused(Unprocessable):
    """A public post cannot be like this."""


class PublicPostNotFound(NotFound):
    """There is no such public post."""
