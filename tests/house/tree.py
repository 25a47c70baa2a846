"""The tree as the house-keeping tests see it: the files that belong to the project."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("events", "projections", "activities", "workflows", "services")


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Return the Python files below these folders of the project."""
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """Return the path as people write it: from the project's root."""
    return path.relative_to(ROOT).as_posix()
