"""Kinds of configuration files, as the API's own document declares them.

A noun that can be defined at /v1/nouns/{id} and read there has files; no list of them is kept. Not
one whose definition holds what no answer shows: a responder's addresses, a key's secret.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.cli.remote import Remote

_NOUN: Final = re.compile(r"/v1/(?P<nouns>[a-z-]+)/\{(?P<key>\w+)\}")
_PART: Final = re.compile(r"/v1/(?P<nouns>[a-z-]+)/\{\w+\}/(?P<part>[a-z-]+)")
_CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")

type Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Kind of file: a folder's name, and how the API takes and shows what such a file says."""

    folder: str  # escalation-policies
    key: str  # escalation_policy_id
    body: Schema  # of the definition
    within: str | None  # the member of an answer that holds the definition; None: the answer itself
    parts: Mapping[str, Schema]  # defined by a request of their own: links
    can_end: bool

    @property
    def noun(self) -> str:
        """Return the noun as people say it."""
        name = str(self.body["title"]).removesuffix("Body")
        return _CAPITAL.sub(" ", name).lower()

    def path(self, identity: str) -> str:
        """Return where one is defined and read."""
        return f"/v1/{self.folder}/{identity}"

    def every(self, remote: Remote) -> Iterator[Mapping[str, Any]]:
        """Yield what the API shows of each of them.

        Raises: Problem.
        """
        yield from remote.get(f"/v1/{self.folder}")[self.folder.replace("-", "_")]

    def said_of(self, view: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a file says of what the API shows: no more than a definition takes."""
        held = view[self.within] if self.within else view
        said: dict[str, Any] = _only(held, self.body)
        for part in self.parts.values():
            said |= _only(view, part)
        return said

    def normal(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return a file's content without what every definition says that leaves it out."""
        defaults = _defaults(self.body)
        for part in self.parts.values():
            defaults |= {name: _nothing(one) for name, one in _members(part).items()}
        return {
            name: value
            for name, value in said.items()
            if name not in defaults or defaults[name] != value
        }

    def requests(self, identity: str, said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield path and body of each request that makes the API say what the file says."""
        apart = {name for part in self.parts.values() for name in _members(part)}
        yield self.path(identity), {name: one for name, one in said.items() if name not in apart}
        for name, part in self.parts.items():
            members = _members(part)
            body = {member: said.get(member, _nothing(one)) for member, one in members.items()}
            yield f"{self.path(identity)}/{name}", body


def kinds_of(document: Mapping[str, Any]) -> dict[str, Kind]:
    """Return every kind of file that an OpenAPI document declares, by its folder."""
    paths = document["paths"]
    found = {}
    for path, operations in paths.items():
        match = _NOUN.fullmatch(path)
        if match is None or not {"put", "get"} <= set(operations):
            continue
        folder = match["nouns"]
        if "get" not in paths.get(f"/v1/{folder}", {}):
            continue
        kind = _kind(document, folder, match["key"], operations)
        if kind is not None:
            found[folder] = kind
    return found


def _kind(
    document: Mapping[str, Any], folder: str, key: str, operations: Mapping[str, Any]
) -> Kind | None:
    asked = _asked(operations["put"])
    body = resolved(asked, document)
    view = _members(resolved(_answer(operations["get"]), document))
    within = next((name for name, schema in view.items() if schema == body), None)
    if within is None and not _is_shown(body, view):
        return None
    return Kind(
        folder=folder,
        key=key,
        body=body,
        within=within,
        parts=dict(_parts(document, folder, view)),
        can_end="delete" in operations,
    )


def _parts(
    document: Mapping[str, Any], folder: str, view: Mapping[str, Schema]
) -> Iterator[tuple[str, Schema]]:
    for path, operations in document["paths"].items():
        match = _PART.fullmatch(path)
        if match is None or match["nouns"] != folder or "put" not in operations:
            continue
        body = resolved(_asked(operations["put"]), document)
        if _is_shown(body, view):
            yield match["part"], body


def resolved(schema: Any, document: Mapping[str, Any]) -> Any:
    """Return a schema with what it refers to in its place; ours refer to nothing in a circle."""
    if isinstance(schema, list):
        return [resolved(one, document) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        inner = resolved(document["components"]["schemas"][name], document)
        others = {key: value for key, value in schema.items() if key != "$ref"}
        return {**inner, **others} if others else inner
    return {
        key: resolved(value, document) for key, value in schema.items() if key != "discriminator"
    }


def _is_shown(body: Schema, view: Mapping[str, Schema]) -> bool:
    """Say whether an answer shows every member that a definition takes, however deep."""
    members = _members(body)
    return bool(members) and all(
        name in view and all(_is_shown(one, _inside(view[name])) for one in _objects(schema))
        for name, schema in members.items()
    )


def _objects(schema: Schema) -> Iterator[Schema]:
    """Yield the objects that a member of this schema may hold."""
    if "properties" in schema:
        yield schema
    for key in ("items", "anyOf", "oneOf"):
        held = schema.get(key, ())
        for one in held if isinstance(held, list) else [held] if held else []:
            yield from _objects(one)


def _inside(schema: Schema) -> Mapping[str, Schema]:
    return {name: one for held in _objects(schema) for name, one in _members(held).items()}


def _members(schema: Schema) -> Mapping[str, Any]:
    members: Mapping[str, Any] = schema.get("properties", {})
    return members


def _nothing(schema: Schema) -> Any:
    """Return what a part says that a file does not name: no element, or nothing but defaults."""
    return {} if "properties" in schema else []


def _defaults(schema: Schema) -> dict[str, Any]:
    return {
        name: one.get("default")
        for name, one in _members(schema).items()
        if name not in schema.get("required", ())
    }


def _only(value: Any, schema: Schema) -> Any:
    """Return a value without what the schema does not know, as an answer has more than a body."""
    if isinstance(value, list):
        held = next(iter(_lists(schema)), {})
        return [_only(one, held) for one in value]
    if not isinstance(value, Mapping):
        return value
    [*objects] = _objects(schema)
    if not objects:
        return dict(value)
    fitting = max(objects, key=lambda one: len(_members(one).keys() & value.keys()))
    members, defaults = _members(fitting), _defaults(fitting)
    return {
        name: _only(value[name], member)
        for name, member in members.items()
        if name in value and not (name in defaults and defaults[name] == value[name])
    }


def _lists(schema: Schema) -> Iterator[Schema]:
    if "items" in schema:
        yield schema["items"]
    for key in ("anyOf", "oneOf"):
        for one in schema.get(key, ()):
            yield from _lists(one)


def _asked(operation: Mapping[str, Any]) -> Any:
    return operation["requestBody"]["content"]["application/json"]["schema"]


def _answer(operation: Mapping[str, Any]) -> Any:
    return operation["responses"]["200"]["content"]["application/json"]["schema"]
