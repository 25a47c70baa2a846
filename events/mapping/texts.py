"""Texts of a mapping: values as texts, and what expressions may do with texts.

Each call takes anything, and gives no more than an expression may see.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from events.mapping.budget import LONGEST_TEXT
from events.routing.pattern import is_found

MOST_PIECES: Final = 200
MOST_REPLACED: Final = 100


def text_of(value: object) -> str:
    """Return a value as text: a text as it is, nothing as an empty one, anything else as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    except (TypeError, ValueError):  # a time or bytes, which an expression can make
        return str(value)


def _cut(value: object) -> str:
    return text_of(value)[:LONGEST_TEXT]


def _lower(text: object) -> str:
    return _cut(text).lower()[:LONGEST_TEXT]


def _upper(text: object) -> str:
    return _cut(text).upper()[:LONGEST_TEXT]


def _trim(text: object) -> str:
    return _cut(text).strip()


def _replace(text: object, old: object, new: object) -> str:
    return _cut(text).replace(_cut(old), _cut(new), MOST_REPLACED)[:LONGEST_TEXT]


def _split(text: object, separator: object) -> list[str]:
    apart = _cut(separator)
    return _cut(text).split(apart, MOST_PIECES) if apart else [_cut(text)]


def _join(values: object, separator: object) -> str:
    listed: list[Any] = values if isinstance(values, list) else [values]
    apart, joined = _cut(separator), ""
    for number, one in enumerate(listed[:MOST_PIECES]):
        joined += (apart if number else "") + _cut(one)
        if len(joined) >= LONGEST_TEXT:
            break
    return joined[:LONGEST_TEXT]


def _matches(text: object, pattern: object) -> bool:
    return is_found(_cut(pattern), _cut(text))


def _called(call: Callable[..., object], count: int) -> Callable[..., object]:
    """Return a call that gives nothing where it is called with too little or too much."""
    return lambda *given: call(*given) if len(given) == count else None


CALLS: Final[Mapping[str, Callable[..., object]]] = {
    "lower": _called(_lower, 1),
    "upper": _called(_upper, 1),
    "trim": _called(_trim, 1),
    "replace": _called(_replace, 3),
    "split": _called(_split, 2),
    "join": _called(_join, 2),
    "matches": _called(_matches, 2),
}
