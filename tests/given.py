"""Rules as sentences: `given(*events).when(command).then(*events)`, for every aggregate."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAliasType

import pytest

from events import registry
from events.decider import Decider, members_of
from events.errors import CommandRejected

type AnyDecider = Decider[Any, Any, Any]
type Commands = TypeAliasType | type  # one command class, or the union of several

AGGREGATES: tuple[tuple[AnyDecider, Commands], ...] = tuple(
    (one.decider, one.commands) for one in registry.AGGREGATES
)

DECIDERS: dict[type, AnyDecider] = {
    command: decider for decider, kind in AGGREGATES for command in members_of(kind)
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A command, put to an aggregate that has lived through some events."""

    events: tuple[object, ...]
    command: object

    def decide(self) -> list[object]:
        decider = DECIDERS[type(self.command)]
        return decider.decide(self.command, decider.fold(self.events))

    def then(self, *events: object) -> None:
        """Expect exactly these facts, in this order."""
        assert self.decide() == list(events)

    def then_nothing(self) -> None:
        """Expect that it is already so."""
        assert self.decide() == []

    def refused(
        self,
        refusal: type[CommandRejected],
        saying: str = "",
        *,
        allowed: Iterable[str] | None = None,
    ) -> CommandRejected:
        """Expect this refusal, these words in its text, and what it allows instead."""
        with pytest.raises(refusal) as caught:
            self.decide()
        assert type(caught.value) is refusal
        assert saying in caught.value.detail
        if allowed is not None:
            assert caught.value.facts["allowed"] == list(allowed)
        return caught.value


@dataclass(frozen=True, slots=True)
class Given:
    """What has happened so far."""

    events: tuple[object, ...]

    def when(self, command: object) -> Asked:
        return Asked(self.events, command)


def given(*events: object) -> Given:
    """Begin with what has happened; nothing means that the aggregate does not exist yet."""
    return Given(events)
