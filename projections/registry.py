"""Projection registry: every read model there is, found as a module of its package.

A read model is a module with NAME, VERSION, TABLES, COMPLETE, `key_of` and `project`.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Final, cast

import projections
from projections.engine.projection import Projection

MACHINERY: Final = frozenset(
    {"engine", "lag", "live", "past", "registry", "revisions", "sentences"}
)


def read_models() -> Iterator[Projection]:
    """Yield the read models of every package but the machinery's."""
    for found in walk_packages(projections.__path__, "projections."):
        if found.name.split(".")[1] not in MACHINERY:
            module = import_module(found.name)
            if hasattr(module, "project"):
                yield cast("Projection", module)


ALL_PROJECTIONS: Final = tuple(sorted(read_models(), key=lambda projection: projection.NAME))
BY_NAME: Final = {projection.NAME: projection for projection in ALL_PROJECTIONS}
VERSIONS: Final = {projection.NAME: projection.VERSION for projection in ALL_PROJECTIONS}
