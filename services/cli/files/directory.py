"""Directory of configuration files: a folder for each kind, a YAML file for each of its nouns."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from services.cli.configure.bodies import read_yaml
from services.cli.files.kinds import Kind
from services.cli.remote import Problem

SCHEMAS: Final = ".schemas"  # for editors
_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
LARGEST: Final = 1_000_000  # bytes of one file
GIT: Final = 5.0  # seconds; a repository that takes longer has no commit


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One file: what it says of one noun."""

    kind: Kind
    identity: str
    content: Mapping[str, Any]
    path: Path

    @property
    def name(self) -> str:
        """Return the noun and the id, as people say them."""
        return f"{self.kind.noun} {self.identity}"


def written(directory: Path, kind: Kind, identity: str, content: Mapping[str, Any]) -> bool:
    """Write one file, and return whether it says something else than before.

    Raises: Problem.
    """
    path = directory / kind.folder / f"{identity}.yaml"
    text = yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True, width=100)
    whole = f"# yaml-language-server: $schema=../{SCHEMAS}/{kind.folder}.json\n{text}"
    return _write(path, whole)


def schema_written(directory: Path, kind: Kind) -> None:
    """Write the JSON Schema that editors check the files of a kind by.

    Raises: Problem.
    """
    members = dict(kind.body.get("properties", {}))
    for part in kind.parts.values():
        members |= part.get("properties", {})
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind.noun,
        **{name: value for name, value in kind.body.items() if name not in {"title", "examples"}},
        "properties": members,
    }
    _write(
        directory / SCHEMAS / f"{kind.folder}.json",
        json.dumps(schema, indent=2, ensure_ascii=False) + "\n",
    )


def files_in(directory: Path, kinds: Mapping[str, Kind]) -> Iterator[Said]:
    """Yield every file of a directory, in the order of their names.

    Raises: Problem, naming the first file that cannot be read or that no kind has.
    """
    if not directory.is_dir():
        raise Problem(f"There is no directory {directory}.", "Write one: tocsin export DIR.")
    for folder in sorted(one for one in directory.iterdir() if one.is_dir()):
        if folder.name.startswith("."):
            continue
        paths = sorted(one for one in folder.iterdir() if one.suffix in {".yaml", ".yml", ".json"})
        if folder.name not in kinds:
            if paths:
                known = ", ".join(sorted(kinds))
                raise Problem(f"Nothing is called {folder.name}.", f"Folders are: {known}.")
            continue
        for path in paths:
            if not _ID.fullmatch(path.stem):
                raise Problem(f"{path.name} is no id.", "Ids: small letters, digits, - . _")
            if path.stat().st_size > LARGEST:
                raise Problem(f"{path} is larger than 1 MB.", "Is it the right file?")
            yield Said(
                kind=kinds[folder.name], identity=path.stem, content=read_yaml(path), path=path
            )


def commit_of(directory: Path) -> str | None:
    """Return the commit that a directory is at, with a + if it holds what nobody committed."""
    commit = _git(directory, "rev-parse", "--verify", "HEAD")
    if not commit:
        return None
    return commit + ("+" if _git(directory, "status", "--porcelain", "--", ".") else "")


def _git(directory: Path, *words: str) -> str:
    try:
        answer = subprocess.run(  # noqa: S603  no word of it comes from outside
            ["git", "-C", str(directory), *words],  # noqa: S607  whichever git there is
            capture_output=True,
            text=True,
            timeout=GIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _write(path: Path, text: str) -> bool:
    try:
        if path.exists() and path.read_text(encoding="utf-8") == text:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise Problem(f"{path} cannot be written: {fault.strerror}.", "Is it yours?") from fault
    return True
