"""Status page rules: each part stands on a page once, and parts of a group stand together."""

from collections import Counter
from dataclasses import replace
from itertools import groupby

from events.aggregate import Aggregate
from events.decider import Decider
from events.definition import definition_with_end
from events.errors import NotFound, Unprocessable
from events.ids import StatusPageId
from events.status_page.commands import (
    DefineStatusPage,
    RemoveStatusPage,
    StatusPageCommand,
)
from events.status_page.events import StatusPageDefined, StatusPageEvent, StatusPageRemoved


class StatusPageNotFound(NotFound):
    """There is no such status page."""


class StatusPageRefused(Unprocessable):
    """A status page cannot be like this."""


_ANY = definition_with_end(
    DefineStatusPage,
    StatusPageDefined,
    RemoveStatusPage,
    StatusPageRemoved,
    missing=lambda: StatusPageNotFound("No such status page."),
)


def decide(command: StatusPageCommand, newest: StatusPageEvent | None) -> list[StatusPageEvent]:
    """Return the facts this command leads to, none if it is already so.

    Raises: StatusPageNotFound, StatusPageRefused.
    """
    if isinstance(command, DefineStatusPage):
        require_each_once(command)
    return _ANY.decide(command, newest)


def require_each_once(command: DefineStatusPage) -> None:
    """Refuse a page on which customers could not tell two parts from each other.

    Raises: StatusPageRefused.
    """
    for what, named in (
        ("id", [one.component_id for one in command.components]),
        ("name in its group", [(one.group, one.name) for one in command.components]),
    ):
        twice = [str(one) for one, number in Counter(named).items() if number > 1]
        if twice:
            raise StatusPageRefused(
                f"Give each component its own {what}; twice: {', '.join(twice)}.",
                field="components",
            )
    groups = [name for name, _ in groupby(one.group for one in command.components) if name]
    split = [name for name, number in Counter(groups).items() if number > 1]
    if split:
        raise StatusPageRefused(
            f"Components of a group stand together: move those of {', '.join(split)} side by side.",
            field="components",
        )


status_page_decider: Decider[StatusPageCommand, StatusPageEvent | None, StatusPageEvent] = replace(
    _ANY, decide=decide
)

AGGREGATE = Aggregate(
    noun="status_page", id=StatusPageId, decider=status_page_decider, commands=StatusPageCommand
)
