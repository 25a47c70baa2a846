"""How old versions of events become today's: one pure step from each version to the next."""

from collections.abc import Callable, Mapping
from typing import Any, Final

type Upcaster = Callable[[dict[str, Any]], dict[str, Any]]  # stored fields to lifted ones

# By wire name and the version to lift from: docs/how-to/change-an-event.md
UPCASTERS: Final[Mapping[tuple[str, int], Upcaster]] = {
    ("page.started", 1): lambda old: {**old, "purpose": "response", "ask": ""},
    ("escalation.exhausted", 1): dict,  # nobody told silence from a provider that was away
    ("incident.declared", 1): lambda old: {**old, "mode": "real"},  # the only kind there was
    ("incident.declared", 2): dict,  # no policy was captured
    ("incident.page_called", 1): dict,  # nobody was left out
    ("incident.declined", 1): lambda old: {**old, "category": "false_alarm"},
    ("incident.closed", 1): dict,  # nobody was asked for a reason
    ("role.assigned", 1): dict,  # roles besides the four were not known yet
    ("role.handed_over", 1): dict,
}
