"""One example of every event: each field has a value, also those that may be left out."""

from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    NewType,
    TypeAliasType,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)
from uuid import UUID

EXAMPLES: dict[Any, Any] = {
    str: "text",
    int: 2,
    bool: True,
    UUID: UUID(int=7),
    datetime: datetime(2026, 3, 2, 12, 0, tzinfo=UTC),
    timedelta: timedelta(minutes=5),
    date: date(2026, 3, 2),
    time: time(9, 30),
}


def example(hint: Any) -> Any:
    """Return some value of a field's type."""
    if isinstance(hint, NewType):
        return example(hint.__supertype__)
    if isinstance(hint, TypeAliasType):
        return example(hint.__value__)
    if get_origin(hint) is not None:
        return generic(get_origin(hint), get_args(hint))
    if issubclass(hint, Enum):
        return next(iter(hint))
    if hint in EXAMPLES:
        return EXAMPLES[hint]
    hints = get_type_hints(hint)
    return hint(**{one.name: example(hints[one.name]) for one in fields(hint)})


def generic(origin: Any, arguments: tuple[Any, ...]) -> Any:
    """Return some value of a type with arguments."""
    if origin is Literal:
        return arguments[0]
    if origin is tuple:
        return (example(arguments[0]),)
    if origin is dict:
        return {"key": "value"}
    assert origin in (Union, UnionType)
    return example(next(one for one in arguments if one is not NoneType))
