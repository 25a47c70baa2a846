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


def decider_for(command: object) -> AnyDecider:
    """Return the rules that take the command, if only one aggregate's do."""
    [decider] = [one for one, kind in AGGREGATES if isinstance(command, members_of(kind))]
    return decider


@dataclass(frozen=True, slots=True)
class Asked:
    """A command, put to an aggregate that has lived through some events."""

    events: tuple[object, ...]
    command: object
    by: AnyDecider | None = None  # None: whichever takes the command

    def decide(self) -> list[object]:
        decider = self.by or decider_for(self.command)
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
    by: AnyDecider | None = None

    def when(self, command: object) -> Asked:
        return Asked(self.events, command, self.by)


def given(*events: object, by: AnyDecider | None = None) -> Given:
    """Begin with what has happened; nothing means that the aggregate does not exist yet.

    `by` names the rules where several aggregates take the command.
    """
    return Given(events, by)
