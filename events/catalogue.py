"""Event catalogue, docs/events.md: every kind of event, read from the classes themselves.

`python -m events.catalogue > docs/events.md` writes it.
"""

import ast
import inspect
import io
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any, get_args, get_type_hints

from events.registry import ALL_EVENTS, HOMES

INTRODUCTION = """\
# The event catalogue

Every fact Tocsin records, by its wire name. Generated from the classes in `events/` by
`python -m events.catalogue > docs/events.md`; do not edit it by hand.

Names and fields are a storage format. A changed field is a new version of the event, with an
upcaster from the old one ([how](how-to/change-an-event.md)). Events already stored never change.
What is marked `Personal` is stored sealed, and can be erased ([how](how-to/forget-a-person.md)).

How values are written: payloads are canonical JSON (RFC 8785) without the wire name, which has its
own column; `datetime` is RFC 3339 in UTC, `timedelta` an ISO 8601 duration, ids are strings, a
tuple is a list. The log adds to each event its position, stream, version, recording time, principal
and hash: see [the log](architecture.md#the-log)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field as its class declares it, and the comment beside it."""

    name: str
    type: str
    meaning: str


def wire_name(event: type) -> str:
    """Return the name an event has in the log."""
    name: str = get_args(get_type_hints(event)["type"])[0]
    return name


def fields_of(described: type) -> Iterator[Field]:
    """Yield the fields of a dataclass, in order, with their comments."""
    source = inspect.getsource(described)
    comments = {
        token.start[0]: token.string.removeprefix("#").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    lines = source.splitlines()
    [class_definition] = ast.parse(source).body
    for node in ast.walk(class_definition):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        comment = comments.get(node.end_lineno or node.lineno, "")
        if not comment and lines[node.lineno - 2].lstrip().startswith("#"):
            comment = comments[node.lineno - 1]
        yield Field(name=node.target.id, type=ast.unparse(node.annotation), meaning=comment)


def values_in(hint: Any, found: dict[str, type]) -> None:
    """Add every dataclass and enumeration that a type is made of."""
    for inner in get_args(hint):
        values_in(inner, found)
    if not isinstance(hint, type) or hint.__name__ in found:
        return
    if is_dataclass(hint):
        found[hint.__name__] = hint
        for inner in get_type_hints(hint).values():
            values_in(inner, found)
    elif issubclass(hint, StrEnum):
        found[hint.__name__] = hint


def table(described: type) -> Iterator[str]:
    """Yield the fields as a Markdown table; the wire name is the heading, so it is left out."""
    yield "| field | type | meaning |"
    yield "| --- | --- | --- |"
    for field in fields_of(described):
        if field.name != "type":
            kind = field.type.replace("|", "\\|")
            yield f"| `{field.name}` | `{kind}` | {field.meaning} |"


def members(enumeration: type[StrEnum]) -> Iterator[str]:
    """Yield the members of an enumeration as a Markdown list, as they are written on the wire."""
    for line in inspect.getsource(enumeration).splitlines():
        code, _, meaning = line.partition("#")
        name = code.partition("=")[0].strip()
        if name in enumeration.__members__:
            value = enumeration[name].value
            yield f"- `{value}`" + (f": {meaning.strip()}" if meaning else "")


def event_sections() -> Iterator[str]:
    """Yield the events, an aggregate at a time."""
    for home, aggregate in sorted(HOMES.items(), key=lambda item: item[1].noun):
        yield f"\n## {aggregate.noun.replace('_', ' ').capitalize()}\n"
        yield inspect.getdoc(import_module(home)) or ""
        for event in aggregate.decider.event_types:
            version = getattr(event, "schema_version", 1)
            yield f"\n### `{wire_name(event)}`\n"
            yield f"{inspect.getdoc(event)}\n\nVersion {version}.\n"
            yield from table(event)


def value_sections() -> Iterator[str]:
    """Yield the values that events are made of."""
    found: dict[str, type] = {}
    for event in ALL_EVENTS:
        for hint in get_type_hints(event).values():
            values_in(hint, found)
    yield "\n## Values inside events"
    for name, value in sorted(found.items()):
        yield f"\n### `{name}`\n\n{inspect.getdoc(value)}\n"
        yield from members(value) if issubclass(value, StrEnum) else table(value)


def catalogue() -> str:
    """Return the page."""
    return "\n".join([INTRODUCTION, *event_sections(), *value_sections()]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(catalogue())
