"""Upcasters: pure steps that lift a stored event from one version to the next."""

from collections.abc import Callable, Mapping
from typing import Any, Final

type Upcaster = Callable[[dict[str, Any]], dict[str, Any]]  # stored fields to lifted ones

# By wire name and the version to lift from: docs/how-to/change-an-event.md
UPCASTERS: Final[Mapping[tuple[str, int], Upcaster]] = {}
