"""Row views: the members of an answer, taken from the row class that it shows."""

from collections.abc import Callable
from functools import reduce
from inspect import isfunction
from operator import or_
from types import UnionType
from typing import Any, Final, TypeAliasType, cast, get_args, get_origin, get_type_hints

from projections.engine.rows import Row
from services.api.http.formats import Position, View

LAST: Final = "position"
NAMED: Final = ("__doc__", "__module__", "__qualname__")


def shows[V: View](row: type[Row], *hidden: str) -> Callable[[type[V]], type[V]]:
    """Return what gives a view the columns of a row, in their order, but for the hidden ones.

    A member that the view writes itself stays as it is written: it has another type, or a
    description. Every member is in every answer, so the defaults of the row are none of the view.
    """
    hints = get_type_hints(row)
    columns = [name for name in row.__struct_fields__ if name not in {*hidden, LAST}]

    def made(view: type[V]) -> type[V]:
        own = view.__annotations__
        members = {name: own[name] if name in own else plain(hints[name]) for name in columns}
        methods = {name: one for name, one in vars(view).items() if isfunction(one)}
        named = {name: getattr(view, name) for name in NAMED}
        body = {**methods, **named, "__annotations__": {**members, LAST: Position}}
        metaclass: Any = type(view)
        return cast("type[V]", metaclass(view.__name__, view.__bases__, body))

    return made


def plain(hint: Any) -> Any:
    """Return a type without the name it was given for us: readers of the API know `date-time`."""
    if isinstance(hint, TypeAliasType):
        return plain(hint.__value__)
    if get_origin(hint) is UnionType:
        return reduce(or_, map(plain, get_args(hint)))
    return hint
