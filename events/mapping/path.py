"""Paths: JSONPath (RFC 9535) within a budget of steps, its regular expressions in linear time.

`match` and `search` take a pattern that is written out, and it is one of RE2: the library's own
engine backtracks. Everything else the library does is counted, whatever it goes through.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from jsonpath_rfc9535 import (
    LOGICAL_TYPE,
    VALUE_TYPE,
    DetailedJSONPathError,
    ExpressionType,
    FunctionExtension,
    JSONPathEnvironment,
    JSONPathError,
    Node,
    NodeList,
)
from jsonpath_rfc9535 import _ast as syntax
from jsonpath_rfc9535._resolve_standard import StandardResolver

from events.mapping.budget import Budget
from events.mapping.refusals import MappingRefused, NoValue
from events.routing.pattern import is_found, require_pattern
from events.routing.refusals import RoutingRulesRefused

LONGEST: Final = 500  # characters
TEXT_STEP: Final = 200  # characters of a text that are looked through in one step
COMPARED: Final = 500  # steps of comparing a list or an object with another one
_PATTERNED: Final = frozenset({"match", "search"})


class _Found(FunctionExtension):
    @property
    def arg_types(self) -> Sequence[ExpressionType]:
        return [VALUE_TYPE, VALUE_TYPE]

    @property
    def return_type(self) -> ExpressionType:
        return LOGICAL_TYPE

    def __init__(self, before: str = "", after: str = "") -> None:
        self._before, self._after = before, after

    def __call__(self, text: object, pattern: object, *_more: Any, **_named: Any) -> bool:
        if not isinstance(text, str):
            return False
        return is_found(f"{self._before}{pattern}{self._after}", text)


_ENVIRONMENT: Final = JSONPathEnvironment()
_ENVIRONMENT.functions |= {"search": _Found(), "match": _Found(r"\A(?:", r")\z")}


def require_path(text: str, place: str) -> None:
    """Refuse a path that cannot be read, and say where in it.

    Raises: MappingRefused.
    """
    if not text.startswith("$"):
        raise MappingRefused(
            "A path begins with $, the body, or with @, an alert of `alerts`: $.alert.name.",
            field=place,
        )
    if len(text) > LONGEST:
        reason = f"A path has at most {LONGEST} characters; this one has {len(text)}."
        raise MappingRefused(reason, field=place)
    try:
        segments = _compiled(text)
    except DetailedJSONPathError as wrong:
        at = wrong.token[1]
        reason = f"This is no JSONPath, from its character {at + 1} on: {wrong.message}."
        raise MappingRefused(reason, field=place, position=at + 1) from None
    except (JSONPathError, RecursionError) as wrong:
        raise MappingRefused(f"This is no JSONPath: {wrong}.", field=place) from None
    for pattern in _patterns(segments):
        _require_pattern(pattern, place)


def values_at(text: str, body: object, budget: Budget) -> list[object]:
    """Return what stands in a body at the path, in its order.

    Raises: NoValue (the path goes too deep), TooMuch.
    """
    budget.spend(len(text) // 20)
    try:
        nodes = list(_Counted(body, budget).nodes(_compiled(text)))
    except (JSONPathError, RecursionError) as wrong:
        raise NoValue("the body is nested too deep for it") from wrong
    return [node[0] for node in nodes]


@lru_cache(maxsize=1024)
def _compiled(text: str) -> tuple[syntax.Segment, ...]:
    return _ENVIRONMENT.compile(text).segments


class _Counted(StandardResolver):
    """The library's evaluator, with each step counted."""

    def __init__(self, root: object, budget: Budget) -> None:
        super().__init__(_ENVIRONMENT, root)
        self._budget = budget

    def nodes(self, segments: Sequence[syntax.Segment]) -> Iterable[Node]:
        return self._resolve(segments)

    def new_child(self, node: Node, key: str | int, value: object) -> Node:
        self._budget.spend()
        return super().new_child(node, key, value)

    def _resolve_selector(self, selector: syntax.Selector, node: Node) -> Iterable[Node]:
        self._budget.spend()
        return super()._resolve_selector(selector, node)

    def _evaluate_expression(
        self, expr: syntax.Expression, current_key: int | str, current_value: object
    ) -> object:
        self._budget.spend()
        match expr:
            case (syntax.ABSOLUTE_QUERY_EXPR, _, segments):
                return NodeList(self.nodes(segments))
            case (syntax.RELATIVE_QUERY_EXPR, _, segments):
                return NodeList(_Counted(current_value, self._budget).nodes(segments))
            case (syntax.FUNCTION_EXPR, _, name, (text, *_)) if name in _PATTERNED:
                looked = self._evaluate_expression(text, current_key, current_value)
                self._spend_on(looked)
        return super()._evaluate_expression(expr, current_key, current_value)

    def eq(self, left: object, right: object) -> bool:
        self._spend_on(left)
        return super().eq(left, right)

    def lt(self, left: object, right: object) -> bool:
        self._spend_on(left)
        return super().lt(left, right)

    def _spend_on(self, value: object) -> None:
        if isinstance(value, NodeList) and len(value) == 1:
            value = value[0][0]
        if isinstance(value, str):
            self._budget.spend(len(value) // TEXT_STEP)
        elif isinstance(value, dict | list) and not isinstance(value, NodeList):
            self._budget.spend(COMPARED)


def _patterns(part: Any) -> Iterable[Any]:
    """Yield the second argument of every `match` and `search`, wherever it stands."""
    if not isinstance(part, tuple):
        return
    match part:
        case (syntax.FUNCTION_EXPR, _, name, (_, pattern)) if name in _PATTERNED:
            yield pattern
    for one in part:
        yield from _patterns(one)


def _require_pattern(pattern: Any, place: str) -> None:
    if pattern[0] != syntax.STRING_EXPR:
        reason = "Write the regular expression of match and search out: it is part of no body."
        raise MappingRefused(reason, field=place)
    try:
        require_pattern(pattern[2], place)
    except RoutingRulesRefused as wrong:
        raise MappingRefused(wrong.detail, field=place) from None
