"""Expressions of routing rules: CEL without loops, so that each takes as long as it is written.

An expression may call what is listed here and nothing else. Macros that go through a list
(`all`, `exists`, `map`, `filter`) are made of calls that are not listed, nor is joining texts: so
nothing repeats and nothing grows. `matches` is a condition of its own, where RE2 looks.
Source: https://github.com/google/cel-spec (Common Expression Language).
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import cel

from events.routing.alert_facts import PLAIN, WITHIN
from events.routing.refusals import RoutingRulesRefused

LONGEST: Final = 1_000  # characters
_OPERATORS: Final = {
    *("_&&_", "_||_", "!_", "_?_:_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"),
    *("@in", "_[_]", "-_", "_-_", "_*_", "_/_", "_%_"),
}
_CALLS: Final = {"size", "contains", "startsWith", "endsWith", "int", "double", "string", "bool"}
_NAMES: Final = {*PLAIN, *WITHIN}


class NoAnswer(Exception):
    """The expression says neither yes nor no of this alert: it asks for a label it lacks."""


def require_expression(text: str, place: str) -> None:
    """Refuse an expression that cannot be read, that loops, or that names what no alert has.

    Raises: RoutingRulesRefused.
    """
    if len(text) > LONGEST:
        reason = f"An expression has at most {LONGEST} characters; this one has {len(text)}."
        raise RoutingRulesRefused(reason, field=place)
    try:
        program = _compiled(text)
    except ValueError as wrong:
        said = str(wrong).strip().splitlines()[0]
        raise RoutingRulesRefused(f"This is no CEL expression: {said}", field=place) from None
    calls = sorted(set(program.functions()) - _OPERATORS - _CALLS)
    if calls:
        raise RoutingRulesRefused(
            f"An expression must not loop, join texts or call {', '.join(calls)}: use comparisons,"
            f" 'in', has(…) and {', '.join(sorted(_CALLS))}.",
            field=place,
        )
    unknown = sorted(set(program.variables()) - _NAMES)
    if unknown:
        raise RoutingRulesRefused(
            f"An alert has no {', '.join(unknown)}; it has {', '.join(sorted(_NAMES))}.",
            field=place,
        )


def holds(text: str, members: Mapping[str, Any]) -> bool:
    """Return whether the expression is true of an alert.

    Raises: NoAnswer.
    """
    try:
        answer = _compiled(text).execute(dict(members))
    except Exception as failed:  # whatever an expression can do wrong with texts others wrote
        raise NoAnswer(f"{type(failed).__name__}: {failed}") from failed
    if not isinstance(answer, bool):
        raise NoAnswer(f"it says {answer!r:.100}, which is neither true nor false")
    return answer


@lru_cache(maxsize=1024)
def _compiled(text: str) -> cel.Program:
    return cel.compile(text)
