"""Doors of learning: every address under which something can be read, found in the API's document.

A new door is walked by being there. What is named in its path has to be known here, or the walk
says so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

OF_LEARNING: Final = frozenset({"learning", "postmortem"})
ASKED_ALIKE: Final = frozenset(  # of the answer's time and size, which every test here fixes
    {"after_position", "as_of", "cursor", "limit", "since", "from", "until", "due_before"}
)
NAME: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One thing that can be asked for."""

    path: str  # as the document has it: which door it is
    url: str
    query: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    body: Any = field(default=None, hash=False)

    def __str__(self) -> str:
        return "?".join([self.url, *("=".join(one) for one in self.query)])


def doors(document: Mapping[str, Any], known: Mapping[str, Sequence[str]]) -> Iterator[Door]:
    """Yield every door, with everything that is known by the names in its path and its query."""
    for path, operations in document["paths"].items():
        operation = operations.get("get", {})
        if not OF_LEARNING & {*operation.get("tags", ())}:
            continue
        *others, last = _urls(path, known)
        for url in others:
            yield Door(path=path, url=url)
        for query in [(), *((one,) for one in _queries(operation, known))]:
            yield Door(path=path, url=last, query=query)


def _urls(path: str, known: Mapping[str, Sequence[str]]) -> Iterator[str]:
    names = NAME.findall(path)
    unknown = [name for name in names if name not in known]
    assert not unknown, f"{path} names {unknown}: say in this test what can stand there"
    for values in product(*(known[name] for name in names)):
        yield path.format_map(dict(zip(names, values, strict=True)))


def _queries(
    operation: Mapping[str, Any], known: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str]]:
    """Yield each value that a parameter of the query can have, one at a time."""
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        if parameter["in"] != "query" or name in ASKED_ALIKE:
            continue
        for value in known.get(name) or [*_choices(parameter["schema"])]:
            yield name, value


def _choices(schema: Mapping[str, Any]) -> Iterator[str]:
    yield from schema.get("enum", ())
    yield from _choices(schema["items"]) if "items" in schema else ()
    for one in schema.get("anyOf", ()):
        yield from _choices(one)
