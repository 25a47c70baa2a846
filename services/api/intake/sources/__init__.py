"""Intake sources: one module for each kind of sender; being here is being registered."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from services.api.intake.source import Source


@cache
def all_sources() -> tuple[Source[Any, Any], ...]:
    """Return every source there is, by name."""
    names = sorted(one.name for one in iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}").SOURCE for name in names)


def source_urls(url: str) -> dict[str, str]:
    """Return where each kind of sender sends to, below the URL of an integration's key."""
    return {source.name: f"{url}/{source.name}" for source in all_sources()}
