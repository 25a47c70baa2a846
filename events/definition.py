"""Definitions: aggregates whose state is their newest event, so that no field is written twice.

A fact repeats its command field by field; its `…_by` and `…_at` say who gave the command, and when.
A noun with more of a life than this is a folder with a state of its own.
"""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Any, Protocol

from events.actor import Actor
from events.decider import Decider
from events.errors import AlreadyExists, CommandRejected


class Asked(Protocol):
    """A command: the fields of its fact, and who gives it when."""

    @property
    def actor(self) -> Actor: ...  # noqa: D102
    @property
    def at(self) -> datetime: ...  # noqa: D102


def definition[Define: Asked, Defined](
    define: type[Define], defined: type[Defined], *, check: Callable[[Define], None] | None = None
) -> Decider[Define, Defined | None, Defined]:
    """Return the rules of a noun that can be defined anew at any time; None: nobody defined it.

    Defining the same again changes nothing. `check` refuses what no definition may say.
    """
    require_said(defined, define)

    def decide(command: Define, newest: Defined | None) -> list[Defined]:
        if check is not None:
            check(command)
        fact = fact_of(defined, command)
        return [] if says_the_same(newest, fact, command) else [fact]

    return Decider(initial=None, decide=decide, evolve=newest_event, event_types=(defined,))


def definition_with_end[Define: Asked, Defined, End: Asked, Ended](
    define: type[Define],
    defined: type[Defined],
    end: type[End],
    ended: type[Ended],
    *,
    missing: Callable[[], CommandRejected],
) -> Decider[Define | End, Defined | Ended | None, Defined | Ended]:
    """Return the rules of a noun that can be defined, ended, and defined again after its end."""
    require_said(defined, define)
    require_said(ended, end, defined)

    def decide(command: Define | End, newest: Defined | Ended | None) -> list[Defined | Ended]:
        if isinstance(command, end):
            return [*end_of(newest, ended, command, missing)]
        fact = fact_of(defined, command)
        return [] if says_the_same(newest, fact, command) else [fact]

    return Decider(initial=None, decide=decide, evolve=newest_event, event_types=(defined, ended))


def issued_once[Create: Asked, Created, Revoke: Asked, Revoked](
    create: type[Create],
    created: type[Created],
    revoke: type[Revoke],
    revoked: type[Revoked],
    *,
    exists: Callable[[Create], AlreadyExists],
    missing: Callable[[], CommandRejected],
) -> Decider[Create | Revoke, Created | Revoked | None, Created | Revoked]:
    """Return the rules of a noun whose secret is shown once: created once, revoked for good."""
    require_said(created, create)
    require_said(revoked, revoke, created)

    def decide(
        command: Create | Revoke, newest: Created | Revoked | None
    ) -> list[Created | Revoked]:
        if isinstance(command, revoke):
            return [*end_of(newest, revoked, command, missing)]
        if newest is not None and isinstance(command, create):
            raise exists(command)
        return [fact_of(created, command)]

    return Decider(initial=None, decide=decide, evolve=newest_event, event_types=(created, revoked))


def newest_event[Event](_before: Event | None, event: Event) -> Event:
    """Return the state after an event: the event itself."""
    return event


def end_of[Ended](
    newest: object, ended: type[Ended], command: Asked, missing: Callable[[], CommandRejected]
) -> list[Ended]:
    """Return the fact of an end, none if it has ended already.

    Raises: the refusal of what never was.
    """
    if newest is None:
        raise missing()
    return [] if isinstance(newest, ended) else [fact_of(ended, command, newest)]


def fact_of[Fact](kind: type[Fact], command: Asked, before: object = None) -> Fact:
    """Return the fact that repeats a command, and names what it ends as `before` does."""
    values: dict[str, Any] = {}
    for name in names_in(kind):
        if hasattr(command, name):
            values[name] = getattr(command, name)
        elif hasattr(before, name):
            values[name] = getattr(before, name)
        else:
            values[name] = command.actor.name if name.endswith("_by") else command.at
    return kind(**values)


def says_the_same(newest: object, fact: object, command: Asked) -> bool:
    """Return whether a fact says what the newest one says, whoever said that and when."""
    return type(newest) is type(fact) and all(
        getattr(newest, name) == getattr(fact, name)
        for name in names_in(type(fact))
        if hasattr(command, name)
    )


def names_in(kind: Any) -> list[str]:
    """Return the names of the fields of a command or an event, but for its wire name."""
    return [field.name for field in fields(kind) if field.name != "type"]


def require_said(fact: type, *sources: type) -> None:
    """Let a noun be declared if each field of its fact comes from somewhere.

    Raises: TypeError.
    """
    known = {name for source in sources for name in names_in(source)}
    for name in names_in(fact):
        if name not in known and not name.endswith(("_by", "_at")):
            raise TypeError(f"{fact.__name__}.{name} is said by no command: give it to one.")
