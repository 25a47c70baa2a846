"""Intake sources: one module for each kind of sender; being here is being registered."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from services.api.intake.source import Source

_PAGE: Final = """\
# Intake sources

Generated from `services/api/intake/sources/` by `make openapi`. An integration takes messages of
every kind below; `urls` in the answer to its creation has the whole addresses.

| name | from | status | URL |
| --- | --- | --- | --- |
"""


@cache
def all_sources() -> tuple[Source[Any, Any], ...]:
    """Return every source there is, by name."""
    names = sorted(one.name for one in iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}").SOURCE for name in names)


def source_urls(url: str) -> dict[str, str]:
    """Return where each kind of sender sends to, below the URL of an integration's key."""
    return {source.name: f"{url}/{source.name}" for source in all_sources()}


def as_markdown() -> str:
    """Return the page that lists the sources."""
    rows = (
        f"| `{one.name}` | {one.title} | {one.status} | `{one.path}` |" for one in all_sources()
    )
    texts = (f"\n## {one.title}\n\n{one.description}\n" for one in all_sources())
    return _PAGE + "".join(f"{row}\n" for row in rows) + "".join(texts)
