"""Decision grammar: a rule takes a command and the incident, and returns the facts that follow."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from events.actor import Actor
from events.incident.events import IncidentEvent
from events.incident.state import Incident

type Rule = Callable[[Any, Incident], list[IncidentEvent]]
type Rules = dict[type, Rule]  # by the command that a rule answers; a test holds them together


class Given(Protocol):
    """Any command, for who gave it and when."""

    @property
    def actor(self) -> Actor: ...  # noqa: D102
    @property
    def at(self) -> datetime: ...  # noqa: D102
