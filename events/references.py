"""References: the ids of other things that a command names, found by the types of its fields."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, NewType, TypeAliasType, Union, get_args, get_origin, get_type_hints

from events.aggregate import Aggregate
from events.registry import AGGREGATES

# An id belongs to the noun that it is named after: ServiceId to services, not to their policies.
OWNERS = {
    aggregate.id: aggregate
    for aggregate in AGGREGATES
    if aggregate.id.__name__ == f"{aggregate.noun.title().replace('_', '')}Id"
}


def references(command: Any, own: str) -> Iterator[tuple[str, str]]:
    """Yield the place of each id in a command, and the stream of what it names.

    `own` is the stream that the command goes to: what it is about need not exist yet.
    """
    for place, owner, value in _in_fields(command, ""):
        stream = owner.stream(value)
        if stream != own:
            yield place, stream


def _in_fields(value: Any, place: str) -> Iterator[tuple[str, Aggregate, Any]]:
    kind: Any = type(value)
    for name, hint in _hints(kind):
        yield from _in(getattr(value, name), hint, f"{place}{name}")


@cache
def _hints(kind: type) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in fields(kind) if field.name != "actor")


def _in(value: Any, hint: Any, place: str) -> Iterator[tuple[str, Aggregate, Any]]:
    if isinstance(hint, TypeAliasType):
        yield from _in(value, hint.__value__, place)
    elif isinstance(hint, NewType):
        if hint in OWNERS:
            yield place, OWNERS[hint], value
    elif get_origin(hint) in (Union, UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not NoneType]
        if value is not None and len(kinds) == 1:
            yield from _in(value, kinds[0], place)
    elif get_origin(hint) is tuple:
        for number, item in enumerate(value):
            yield from _in(item, get_args(hint)[0], f"{place}.{number}")
    elif is_dataclass(value):
        yield from _in_fields(value, f"{place}.")
