"""Mapping refusals: what no mapping may say, and why one cannot read a body."""

from events.errors import Unprocessable


class MappingRefused(Unprocessable):
    """A mapping names a path or an expression that cannot be read, or that might never end."""


class Unreadable(Exception):
    """A mapping cannot read a body: which field, by what, and why; never what the body says."""

    def __init__(self, field: str, by: str, reason: str) -> None:
        super().__init__(f"{field}, {by}: {reason}" if by else f"{field}: {reason}")
        self.field = field
        self.by = by
        self.reason = reason


class NoValue(Exception):
    """A path or an expression gives no value of this body."""


class TooMuch(Exception):
    """A body takes more steps to read than any alert needs."""
