"""Intake sources: one module for each kind of sender; being here is being registered.

A package without a `SOURCE` of its own is a group of them, such as `monitors/`: its modules that
hold one are sources.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from services.api.intake.source import Source

_PAGE: Final = """\
# Intake sources

Generated from `services/api/intake/sources/` by `make openapi`. An integration takes messages of
every kind below; `urls` in the answer to its creation has the whole addresses.

A sender of another product is moved here by its base URL: it goes on at the paths that it knows,
with the integration's key where it had the other's.

| name | from | status | URL | also at, with the key in |
| --- | --- | --- | --- | --- |
"""


@cache
def all_sources() -> tuple[Source[Any, Any], ...]:
    """Return every source there is, by name."""
    return tuple(
        sorted((source for _, source in sources_below(__name__)), key=lambda one: one.name)
    )


def sources_below(package: str) -> Iterator[tuple[str, Source[Any, Any]]]:
    """Yield the sources of a package, each with the name of its module."""
    for one in iter_modules(import_module(package).__path__):
        module = import_module(f"{package}.{one.name}")
        if source := getattr(module, "SOURCE", None):
            yield one.name, source
        elif one.ispkg:
            yield from sources_below(module.__name__)


def source_urls(url: str) -> dict[str, str]:
    """Return where each kind of sender sends to, below the URL of an integration's key."""
    return {source.name: f"{url}/{source.name}" for source in all_sources()}


def as_markdown() -> str:
    """Return the page that lists the sources."""
    rows = (
        f"| `{one.name}` | {one.title} | {one.status} | `{one.path}` | {_elsewhere(one)} |"
        for one in all_sources()
    )
    texts = (f"\n## {one.title}\n\n{one.description}\n" for one in all_sources())
    return _PAGE + "".join(f"{row}\n" for row in rows) + "".join(texts)


def _elsewhere(source: Source[Any, Any]) -> str:
    return "<br>".join(
        f"`{path.replace(':path', '')}`, {one.key_at(path).words}"
        for one in (source, *source.operations)
        for path in one.paths
    )
