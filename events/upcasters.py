"""Upcasters: pure steps that lift a stored event from one version to the next."""

from collections.abc import Callable, Mapping
from typing import Any, Final

type Upcaster = Callable[[dict[str, Any]], dict[str, Any]]  # stored fields to lifted ones


def _sent_at_once(old: dict[str, Any]) -> dict[str, Any]:
    """Lift deliveries from before messages could wait for their time."""
    at_once = [{**one, "not_before": None, "repeat": 0} for one in old["deliveries"]]
    return {**old, "deliveries": at_once}


# By wire name and the version to lift from: docs/how-to/change-an-event.md
UPCASTERS: Final[Mapping[tuple[str, int], Upcaster]] = {
    ("announcement.planned", 1): _sent_at_once,
    ("page.level_reached", 1): _sent_at_once,
}
