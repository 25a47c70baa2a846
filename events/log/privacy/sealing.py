"""Sealing of personal fields in a payload: found by their marks, encrypted one by one."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.log.canonical import canonical
from events.log.codec import wire_name
from events.log.privacy.keyring import Nonces, opened, random_nonce, sealed
from events.values.personal import ERASED, Personal

type Path = tuple[str, ...]  # contact_methods, 0, address
type Change = Callable[[Path, Any], Any]

BOX: Final = frozenset({"sealed", "subject"})  # the members of a sealed field
ANY: Final = "*"  # any place in a list
LEAVES: Final = (str, str | None)
KEPT: Final = object()  # neither a key nor a tombstone


class PersonalFields:
    """Which fields of these events are personal, and whom each is about."""

    def __init__(self, event_types: tuple[type, ...]) -> None:
        marked = {wire_name(event_type): marks(event_type) for event_type in event_types}
        self._marks = {name: found for name, found in marked.items() if found}

    def __contains__(self, name: str) -> bool:
        return name in self._marks

    def subjects(self, name: str, payload: bytes) -> set[str]:
        """Return the ids of the people the payload tells something personal about."""
        found: set[str] = set()

        def look(path: Path, value: Any) -> Any:
            if is_box(value):
                found.add(value["subject"])
            elif subject := self._subject(name, path, fields):
                found.add(subject)
            return value

        fields = json.loads(payload)
        changed(fields, look)
        return found

    def in_clear(self, name: str, payload: bytes) -> bool:
        """Say whether a personal field is stored as it is, as it was before there were keys."""
        found: list[Path] = []

        def look(path: Path, value: Any) -> Any:
            if isinstance(value, str) and self._subject(name, path, fields) is not None:
                found.append(path)
            return value

        fields = json.loads(payload)
        changed(fields, look)
        return bool(found)

    def sealed(
        self,
        name: str,
        event_id: UUID,
        payload: bytes,
        keys: Mapping[str, AESGCM],
        nonce_for: Nonces = random_nonce,
    ) -> bytes:
        """Return the payload with its personal fields sealed; one that is sealed stays as it is."""

        def seal(path: Path, value: Any) -> Any:
            subject = self._subject(name, path, fields)
            if subject is None or not isinstance(value, str):
                return value
            bound_to = place(event_id, path, subject)
            box = sealed(keys[subject], value.encode(), bound_to, nonce_for)
            return {"sealed": base64.b64encode(box).decode(), "subject": subject}

        fields = json.loads(payload)
        return canonical(changed(fields, seal))

    def opened(
        self, name: str, event_id: UUID, payload: bytes, keys: Mapping[str, AESGCM | None]
    ) -> bytes:
        """Return the payload in clear, "erased" where the key has been destroyed (None).

        Raises: SealBroken, KeyError (no key was ever kept for a subject).
        """

        def unseal(path: Path, value: Any) -> Any:
            if is_box(value):
                subject = value["subject"]
                cipher = keys[subject]
                if cipher is None:
                    return ERASED
                box = base64.b64decode(value["sealed"])
                return opened(cipher, box, place(event_id, path, subject)).decode()
            subject = self._subject(name, path, fields)
            if subject is None or not isinstance(value, str):
                return value
            return ERASED if keys.get(subject, KEPT) is None else value

        fields = json.loads(payload)
        return canonical(changed(fields, unseal))

    def _subject(self, name: str, path: Path, fields: Mapping[str, Any]) -> str | None:
        pattern = tuple(ANY if part.isdigit() else part for part in path)
        field = self._marks[name].get(pattern)
        return None if field is None else fields[field]


def place(event_id: UUID, path: Path, subject: str) -> bytes:
    """Return what binds a sealed field to the one place where it may be opened."""
    return canonical(["tocsin personal field", event_id, ".".join(path), subject])


def is_box(value: Any) -> bool:
    """Say whether a value of a payload is a sealed field."""
    return isinstance(value, dict) and value.keys() == BOX


def changed(value: Any, change: Change, path: Path = ()) -> Any:
    """Return JSON with every leaf, and every sealed field, put through a function."""
    match value:
        case dict() if not is_box(value):
            return {name: changed(item, change, (*path, name)) for name, item in value.items()}
        case list():
            return [changed(item, change, (*path, str(n))) for n, item in enumerate(value)]
        case _:
            return change(path, value)


def marks(event_type: type) -> dict[Path, str]:
    """Return the personal fields of an event: where they are, and which field names the person.

    Raises: TypeError (a mark where it cannot be kept).
    """
    found = dict(marks_in(event_type, ()))
    hints = get_type_hints(event_type)
    for path, subject in found.items():
        if subject not in hints or (subject,) in found:
            raise TypeError(
                f"{event_type.__name__}.{'.'.join(path)} names no plain field {subject}"
            )
    if found and any(has_free_keys(hint) for hint in hints.values()):
        raise TypeError(f"{event_type.__name__}: free keys could be taken for a sealed field")
    return found


def marks_in(hint: Any, path: Path) -> list[tuple[Path, str]]:
    """Return every mark inside a type, with its place."""
    if get_origin(hint) is Annotated:
        inner, *notes = get_args(hint)
        for note in notes:
            if isinstance(note, Personal):
                if inner not in LEAVES:
                    raise TypeError(f"{'.'.join(path)}: only text can be personal")
                return [(path, note.subject)]
        return marks_in(inner, path)
    if is_dataclass(hint):
        fields = get_type_hints(hint, include_extras=True).items()
        return [mark for name, field in fields for mark in marks_in(field, (*path, name))]
    origin = get_origin(hint)
    listed = isinstance(origin, type) and issubclass(origin, tuple | list | set | frozenset)
    inner_path = (*path, ANY) if listed else path
    return [mark for inner in get_args(hint) for mark in marks_in(inner, inner_path)]


def has_free_keys(hint: Any) -> bool:
    """Say whether a type holds an object whose keys somebody else chooses."""
    if hint is Any or hint is object or hint is dict:
        return True
    origin = get_origin(hint)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return True
    inner = list(get_args(hint))
    if is_dataclass(hint):
        inner += get_type_hints(hint).values()
    return any(has_free_keys(argument) for argument in inner)
