"""Difference of a configured thing: what a change of it changes, in words a person can check."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import Field, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import singledispatch
from typing import Any, Final

from projections.incidents.durations import spoken

NOBODY_SAYS: Final = ("actor", "at", "kind")  # of a command: not what it is about
LONGEST: Final = 80  # characters of a value that is shown


@singledispatch
def differences(after: Any, before: Any, command: Any) -> Sequence[str]:
    """Return what a command changes between two states, one change in each sentence.

    A noun that can say more than which of its members differ registers a function for its state.
    """
    said = [field for field in fields(command)[1:] if field.name not in NOBODY_SAYS]
    if before is None or type(before) is not type(after):
        return ["It is new."]
    return [
        sentence
        for field in said  # the id came first
        if hasattr(before, field.name) and hasattr(after, field.name)
        for sentence in _of_member(spaced(field.name), field, before, after)
    ]


def _of_member(place: str, field: Field[Any], before: Any, after: Any) -> Iterator[str]:
    """Yield how a member differs; of what no log line shows, only that it does."""
    old, new = getattr(before, field.name), getattr(after, field.name)
    if field.repr:
        yield from _of(place, old, new)
    elif old != new:
        yield f"{place} is another one"


def _of(place: str, before: Any, after: Any) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, tuple) and isinstance(after, tuple):
        yield from _of_several(place, before, after)
    elif is_dataclass(before) and type(before) is type(after):
        for field in fields(before):
            yield from _of_member(f"{place}: {spaced(field.name)}", field, before, after)
    else:
        yield f"{place}: {shown(before)} → {shown(after)}"


def _of_several(place: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[str]:
    olds, news = _by_name(before), _by_name(after)
    if olds is None or news is None:
        yield from _in_order(place, before, after)
        return
    gone = [shown(key) for key in olds if key not in news]
    come = [shown(key) for key in news if key not in olds]
    if gone:
        yield f"{place}: {', '.join(gone)} {'leaves' if len(gone) == 1 else 'leave'}"
    if come:
        yield f"{place}: {', '.join(come)} {'joins' if len(come) == 1 else 'join'}"
    for key, new in news.items():
        if key in olds:
            yield from _of(f"{place}: {shown(key)}", olds[key], new)
    if not gone and not come and list(olds) != list(news):
        yield f"{place}: in another order: {', '.join(map(shown, news))}"


def _in_order(place: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[str]:
    one = place.removesuffix("s")
    for number, (old, new) in enumerate(zip(before, after, strict=False), 1):
        yield from _of(f"{one} {number}", old, new)
    for number, new in enumerate(after[len(before) :], len(before) + 1):
        yield f"{one} {number} is new: {shown(new)}"
    for number in range(len(after) + 1, len(before) + 1):
        yield f"{one} {number} is gone"


def _by_name(several: tuple[Any, ...]) -> Mapping[Hashable, Any] | None:
    """Return the items by what names each of them; None if nothing does."""
    named: dict[Hashable, Any] = {}
    for item in several:
        key = _name_of(item)
        if key is None or key in named:
            return None
        named[key] = item
    return named


def _name_of(item: Any) -> Hashable | None:
    if isinstance(item, str | int | Enum):
        return item
    if is_dataclass(item):
        first = fields(item)[0].name
        value = getattr(item, first)
        if isinstance(value, str) and (first.endswith("_id") or isinstance(value, Enum)):
            return value
    return None


def shown(value: Any) -> str:
    """Return a value as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        return spoken(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, tuple):
        return ", ".join(map(shown, value)) or "none"
    if is_dataclass(value):
        members = (
            (field.name, getattr(value, field.name)) for field in fields(value) if field.repr
        )
        words = [f"{spaced(name)} {shown(one)}" for name, one in members if one not in (None, ())]
        return _cut(", ".join(words))
    return "none" if value is None else _cut(str(value))


def spaced(name: str) -> str:
    """Return the name of a member as people say it."""
    return name.removesuffix("_ids").removesuffix("_id").replace("_", " ")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
