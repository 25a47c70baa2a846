"""Command bodies: the fields of a command that people fill in, as a strict model."""

from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from enum import Enum
from inspect import cleandoc
from types import UnionType
from typing import (
    Annotated,
    Any,
    Final,
    NewType,
    TypeAliasType,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import Field, StringConstraints, create_model

from events.values import inputs
from events.values.inputs import Between, Derived, Form, Says
from services.api.http.formats import Instant, Line, Name, Strict, Text, TextIfAny
from services.api.http.text_forms import TextForm

NEVER_ASKED: Final = frozenset({"actor", "at", "kind"})
_ANNOTATED: Any = Annotated  # made of types that are known only when this runs
_UNION: Any = Union
_ALIASES: Final[dict[Any, Any]] = {
    inputs.Line: Line,
    inputs.Text: Text,
    inputs.TextIfAny: TextIfAny,
    datetime: Instant,
}


def asked_of(command: type) -> dict[str, Any]:
    """Return the fields of a command that people fill in, each with its type over HTTP."""
    hints = get_type_hints(command, include_extras=True)
    return {
        name: over_http(hint)
        for name, hint in hints.items()
        if name not in NEVER_ASKED and not _is_derived(hint)
    }


def body_of(command: Any, asked: Collection[str], example: Mapping[str, object]) -> type[Strict]:
    """Return the model of a body with these fields of a command."""
    types = asked_of(command)
    defaults = {one.name: one.default for one in fields(command)}
    members: dict[str, Any] = {
        name: (types[name], ... if defaults[name] is MISSING else defaults[name]) for name in asked
    }
    return create_model(
        command.__name__,
        __base__=Strict,
        __doc__=cleandoc(command.__doc__ or ""),
        __cls_kwargs__={"json_schema_extra": {"examples": [dict(example)]}},
        **members,
    )


def over_http(hint: Any) -> Any:
    """Return a type of the rules as JSON has it, with the checks that its markers ask for."""
    if hint in _ALIASES:
        return _ALIASES[hint]
    match hint:
        case TypeAliasType():
            http_type = over_http(hint.__value__)
        case NewType():
            http_type = Name
        case type() if issubclass(hint, Enum):
            http_type = _annotated(hint, Field(strict=False))
        case _ if get_origin(hint) in {Union, UnionType}:
            http_type = _UNION[tuple(map(over_http, get_args(hint)))]
        case _ if get_origin(hint) is Annotated:
            kind, *marks = get_args(hint)
            checks = (check for mark in marks for check in _checks(mark))
            http_type = _annotated(over_http(kind), *checks)
        case _:
            http_type = hint
    return http_type


def _checks(mark: object) -> list[Any]:
    match mark:
        case Form():
            length = StringConstraints(min_length=mark.least, max_length=mark.most)
            shown = [Field(examples=[mark.example])] if mark.example else []
            return [length, TextForm(mark.pattern, mark.ask), *shown]
        case Between():
            return [Field(ge=mark.least, le=mark.most)]
        case Says():
            return [Field(description=mark.text)]
        case _:
            return []


def _annotated(kind: Any, *marks: Any) -> Any:
    return _ANNOTATED[(kind, *marks)] if marks else kind


def _is_derived(hint: Any) -> bool:
    return any(isinstance(mark, Derived) for mark in get_args(hint)[1:])
