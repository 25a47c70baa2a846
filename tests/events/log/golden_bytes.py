"""The bytes and the shape of every version of every event ever shipped.

`python -m tests.events.log.golden_bytes` writes what is missing. It never replaces a file: bytes
that were shipped are in somebody's log.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Any, NewType, get_args, get_origin, get_type_hints

from events.log.codec import codec_for, schema_version, wire_name
from events.registry import ALL_EVENTS
from tests.events.example import example

FOLDER = Path(__file__).parent / "golden"


def bytes_file(name: str, version: int) -> Path:
    """Return where a version's example is kept, as it is stored."""
    return FOLDER / f"{name}.v{version}.json"


def shape_file(name: str, version: int) -> Path:
    """Return where a version's fields are kept."""
    return FOLDER / f"{name}.v{version}.shape"


def shape(event_type: type) -> str:
    """Return the fields of an event, a line each: place, type, and whether it may be absent."""
    return "".join(f"{line}\n" for line in sorted(lines_of(event_type, "")))


def lines_of(holder: Any, place: str) -> Iterator[str]:
    hints = get_type_hints(holder)
    for field in fields(holder):
        if not place and field.name == "type":
            continue  # the file's name
        where = f"{place}{field.name}"
        absent = "" if field.default is field.default_factory else " (may be absent)"
        yield f"{where}: {kind(hints[field.name])}{absent}"
        for inner in values_in(hints[field.name]):
            yield from lines_of(inner, f"{where}.")


def kind(hint: Any) -> str:
    """Return a type in words that do not depend on what a class is called."""
    if isinstance(hint, NewType):
        return kind(hint.__supertype__)
    if hint is NoneType:
        return "null"
    arguments = get_args(hint)
    if arguments:
        origin = get_origin(hint)
        inner = [kind(one) for one in arguments if one is not Ellipsis]
        if isinstance(origin, type) and origin in {tuple, dict}:
            return f"{origin.__name__}[{', '.join(inner)}]"
        return f"any of[{', '.join(sorted(inner))}]"
    if isinstance(hint, type) and issubclass(hint, Enum):
        return f"one of[{', '.join(sorted(str(member.value) for member in hint))}]"
    return "object" if is_dataclass(hint) else str(hint.__name__)


def values_in(hint: Any) -> list[type]:
    """Return the dataclasses that a field's type is made of."""
    if isinstance(hint, type) and is_dataclass(hint):
        return [hint]
    return [one for inner in get_args(hint) for one in values_in(inner)]


def main() -> None:
    """Write what is missing."""
    FOLDER.mkdir(exist_ok=True)
    for event_type in ALL_EVENTS:
        name, version = wire_name(event_type), schema_version(event_type)
        stored = codec_for(ALL_EVENTS).encode(example(event_type))
        for file, content in (
            (bytes_file(name, version), stored.payload),
            (shape_file(name, version), shape(event_type).encode()),
        ):
            if not file.exists():
                file.write_bytes(content)
                print(file.name)  # noqa: T201  the command's own output


if __name__ == "__main__":
    main()
