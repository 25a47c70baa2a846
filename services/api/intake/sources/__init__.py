"""Intake sources: one module for each kind of sender; being here is being registered.

A package without a `SOURCE` of its own is a group of them, such as `monitors/`.
"""

import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
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
    return tuple(sorted(_sources_in(sys.modules[__name__]), key=lambda source: source.name))


def _sources_in(package: ModuleType) -> Iterator[Source[Any, Any]]:
    for found in iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{found.name}")
        if found.ispkg and not hasattr(module, "SOURCE"):
            yield from _sources_in(module)
        else:
            yield module.SOURCE


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
