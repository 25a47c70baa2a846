"""Longest list: which part of a body with too many values is too much."""

import json
import re
from typing import Final

from services.request_refusals import Invalid, RequestInvalid
from services.strict_json import MAX_VALUES, count_values

MOST_READ: Final = 60_000  # values: reading that many to name one list takes milliseconds
LONG: Final = 100  # items: what is shorter is not what is too much
_MEMBER: Final = re.compile("[a-z][a-z0-9_]{0,40}")  # a name we may have given; others stay unsaid


def refuse_longest_list(raw: bytes) -> None:
    """Refuse a body with too many values by its longest list, where that is found cheaply.

    What is not found, is not JSON or is far too much is for whoever reads it to refuse.

    Raises: RequestInvalid.
    """
    if not MAX_VALUES < count_values(raw) <= MOST_READ:
        return
    try:
        value = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return
    where, length = _longest(value)
    if length >= LONG:
        reason = f"{length} items are too many: a body holds at most {MAX_VALUES} values."
        raise RequestInvalid(Invalid(field=where, reason=reason))


def _longest(value: object) -> tuple[str, int]:
    where, longest = "body", 0
    left = [(value, "body")]
    while left:
        one, path = left.pop()
        if isinstance(one, list):
            if len(one) > longest:
                where, longest = path, len(one)
            left.extend(
                (inner, f"{path}.{number}")
                for number, inner in enumerate(one)
                if isinstance(inner, dict | list)
            )
        elif isinstance(one, dict):
            left.extend(
                (inner, f"{path}.{name}")
                for name, inner in one.items()
                if isinstance(inner, dict | list) and _MEMBER.fullmatch(name)
            )
    return where, longest
