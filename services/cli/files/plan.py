"""Plan of an apply: how the files of a directory differ from what a Tocsin says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.cli.files.directory import Said
from services.cli.files.kinds import Kind
from services.cli.remote import Problem, Remote

_MISSING: Final = re.compile(r"No such (?P<noun>[a-z ]+): (?P<id>.+)\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One noun that the files would have otherwise. `waits`: for what it names to be there."""

    said: Said
    version: int | None  # of what it changes; None: it is new
    words: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    changed_by: str | None = None  # who changed it last
    changed_at: str | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """One noun that no file names."""

    kind: Kind
    identity: str
    view: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return the noun and the id, as people say them."""
        return f"{self.kind.noun} {self.identity}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that differs; nothing, and the two say the same."""

    changes: tuple[Change, ...]
    extras: tuple[Extra, ...]
    same: int

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is to be changed."""
        return not self.changes


def planned(files: Sequence[Said], kinds: Mapping[str, Kind], remote: Remote) -> Plan:
    """Return how files and a Tocsin differ, each difference in words; nothing is changed.

    Raises: Problem, with every file that would be refused whatever else is applied.
    """
    there = {folder: _by_id(kind, remote) for folder, kind in kinds.items()}
    in_files = {said.name for said in files}
    changes: list[Change] = []
    wrong: list[str] = []
    for said in files:
        view = there[said.kind.folder].get(said.identity)
        if view is not None and _says(said.kind, view) == said.kind.normal(said.content):
            continue
        try:
            change = _previewed(said, view, remote)
            changes += [change] if change.words or view is None else []
        except Problem as problem:
            if missing_in(problem) and missing_in(problem) <= in_files:
                changes.append(Change(said=said, version=None, words=("It is new.",), waits=True))
            else:
                wrong.append(f"{said.path}: {problem}")
    if wrong:
        raise Problem("Nothing was applied.", "\n".join(wrong))
    extras = [
        Extra(kind=kinds[folder], identity=identity, view=view)
        for folder, views in there.items()
        for identity, view in views.items()
        if f"{kinds[folder].noun} {identity}" not in in_files
    ]
    return Plan(changes=tuple(changes), extras=tuple(extras), same=len(files) - len(changes))


def missing_in(problem: Problem) -> frozenset[str]:
    """Return what a request named and nobody has defined, if nothing else is wrong with it."""
    found = [_MISSING.fullmatch(one.get("reason", "")) for one in problem.body.get("errors", ())]
    if not all(found):
        return frozenset()
    return frozenset(f"{match['noun']} {match['id']}" for match in found if match)


def _previewed(said: Said, view: Mapping[str, Any] | None, remote: Remote) -> Change:
    version = None if view is None else view["version"]
    words: list[str] = []
    warnings: list[str] = []
    for path, body in said.kind.requests(said.identity, said.content):
        if view is None and path != said.kind.path(said.identity):
            continue  # a part of what is not there yet
        answer = remote.put(path, body, version=version, dry_run=True)
        words += answer.get("changes", [])
        warnings += answer.get("warnings", [])
    return Change(
        said=said,
        version=version,
        words=tuple(words),
        warnings=tuple(dict.fromkeys(warnings)),
        changed_by=None if view is None else view.get("changed_by") or view.get("defined_by"),
        changed_at=None if view is None else view.get("changed_at") or view.get("defined_at"),
    )


def _says(kind: Kind, view: Mapping[str, Any]) -> dict[str, Any]:
    return kind.normal(kind.said_of(view))


def _by_id(kind: Kind, remote: Remote) -> dict[str, Mapping[str, Any]]:
    return {view[kind.key]: view for view in kind.every(remote) if not view.get("ended_at")}
