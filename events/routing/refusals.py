"""Routing refusals: what no list of routing rules may say."""

from events.errors import NotFound, Unprocessable


class RoutingRulesNotFound(NotFound):
    """There is no such list of routing rules."""


class RoutingRulesRefused(Unprocessable):
    """A routing rule cannot be read, or contradicts itself."""
