"""Registry: every aggregate, event and refusal, found where the nouns are declared.

`AGGREGATE` stands in `decide.py` of an aggregate's folder, or in the one file of a noun.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

import events
from events.aggregate import Aggregate
from events.errors import KINDS, CommandRejected

NO_AGGREGATES: Final = {"log"}


def found() -> Iterator[tuple[str, Aggregate]]:
    """Yield each aggregate with the name of its folder or file, in the order of these names."""
    for package in iter_modules(events.__path__):
        if not package.ispkg or package.name in NO_AGGREGATES:
            continue
        home = f"{events.__name__}.{package.name}"
        inside = [module.name for module in iter_modules([f"{events.__path__[0]}/{package.name}"])]
        for name in ["decide"] if "decide" in inside else sorted(inside):
            declared = getattr(import_module(f"{home}.{name}"), "AGGREGATE", None)
            if isinstance(declared, Aggregate):
                yield home if name == "decide" else f"{home}.{name}", declared


def below(refusal: type[CommandRejected]) -> Iterator[type[CommandRejected]]:
    """Yield the refusal and all that are of its kind, if the rules have them."""
    if refusal not in KINDS and refusal.__module__.startswith("events."):
        yield refusal
    for kind in refusal.__subclasses__():
        yield from below(kind)


HOMES: Final[Mapping[str, Aggregate]] = dict(found())  # by the module that says what the noun is
AGGREGATES: Final = tuple(HOMES.values())
# Once each: every aggregate that sends messages has the events of the delivery ledger.
ALL_EVENTS: Final[tuple[type, ...]] = tuple(
    dict.fromkeys(event for aggregate in AGGREGATES for event in aggregate.decider.event_types)
)
REFUSALS: Final = tuple(sorted(below(CommandRejected), key=lambda refusal: refusal.__name__))
