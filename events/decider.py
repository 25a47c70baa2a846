"""Decider: the pure rules of an aggregate: initial state, `decide` and `evolve`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import TypeAliasType, get_args


@dataclass(frozen=True, slots=True)
class Decider[Command, State, Event]:
    """Pure rules of one aggregate.

    `decide` answers `[]` when it is already so and raises a `CommandRejected` when it is forbidden;
    `evolve` never refuses. A command of a commuting type is decided without looking: its facts are
    the same whatever happened before, so it conflicts with nothing. `about` names the one thing of
    many that a command is about, by the word that stands in every event of it; `afresh` are the
    types of events before which nothing matters any more. Where streams grow long, no more is read
    to decide.
    Source: J. Chassaing, "Functional Event Sourcing Decider", 2021-12-17.
    """

    initial: State
    decide: Callable[[Command, State], list[Event]]
    evolve: Callable[[State, Event], State]
    event_types: tuple[type, ...]  # what this aggregate's streams may hold
    commuting: tuple[type, ...] = ()  # types of commands
    about: Callable[[Command], str | None] = lambda _: None  # None: the whole stream
    afresh: tuple[type, ...] = ()
    states: tuple[type, ...] = ()  # types of a state that is None until there is one

    def fold(self, events: Iterable[Event], state: State | None = None) -> State:
        """Return the state after the events, from `state` or from the start."""
        return reduce(self.evolve, events, self.initial if state is None else state)


def members_of(kind: TypeAliasType | type) -> tuple[type, ...]:
    """Return the classes that a union stands for, in order; a class stands for itself."""
    if isinstance(kind, TypeAliasType):
        return tuple(member for part in get_args(kind.__value__) for member in members_of(part))
    return (kind,)
