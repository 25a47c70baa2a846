"""Aggregate: a noun of the log, declared once beside its rules.

`events/registry.py` finds every `AGGREGATE`; codec, laws, catalogue and streams come from there.
"""

from dataclasses import dataclass
from typing import Any, TypeAliasType

from events.decider import Decider, members_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """One noun, as everything that is not its rules needs it."""

    noun: str  # begins the name of its streams
    id: Any  # the type of what ends it, a NewType
    decider: Decider[Any, Any, Any]
    commands: type | TypeAliasType  # one command class, or the union of several

    @property
    def command_types(self) -> tuple[type, ...]:
        """Return the classes of its commands."""
        return members_of(self.commands)

    def stream(self, identity: object) -> str:
        """Return the stream of the one with this id."""
        return f"{self.noun}-{identity}"
