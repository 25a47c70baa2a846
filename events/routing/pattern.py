"""Regular expressions that take time in proportion to the text, whatever they say (RE2)."""

from functools import lru_cache
from typing import Final

import re2

from events.routing.refusals import RoutingRulesRefused

LONGEST: Final = 1_000  # characters of a pattern
MEMORY: Final = 1 << 20  # bytes of a compiled one; most take a few thousand


def require_pattern(pattern: str, place: str) -> None:
    """Refuse a pattern that cannot be read, or that would take too much memory.

    Raises: RoutingRulesRefused.
    """
    if len(pattern) > LONGEST:
        raise RoutingRulesRefused(
            f"A regular expression has at most {LONGEST} characters; this one has {len(pattern)}.",
            field=place,
        )
    try:
        _compiled(pattern)
    except re2.error as wrong:
        reason = wrong.args[0] if wrong.args else "it cannot be read"
        said = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise RoutingRulesRefused(
            f"{pattern} is no regular expression of RE2: {said}.", field=place
        ) from None


def is_found(pattern: str, text: str) -> bool:
    """Return whether the pattern is found anywhere in the text; `^` and `$` are its ends."""
    return _compiled(pattern).search(text) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> "re2._Regexp":
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    return re2.compile(pattern, options)
