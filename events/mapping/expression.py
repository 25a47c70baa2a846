"""Expressions: CEL without loops over a body, so that each takes as long as it is written.

As in routing rules, an expression calls what is listed and nothing else; macros that go through a
list are refused by their names too. Texts may be joined here: a title is often made of several.
What that can grow to is held by the length of an expression, by its number of `+`, by the texts it
is shown, which are cut, and by the budget, which pays for each time it names the body.

Source: https://github.com/google/cel-spec (Common Expression Language).
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import cel

from events.mapping.budget import LONGEST_TEXT, MOST_VALUES, Budget
from events.mapping.refusals import MappingRefused, NoValue, TooMuch
from events.mapping.texts import CALLS
from events.routing.pattern import require_pattern
from events.routing.refusals import RoutingRulesRefused

LONGEST: Final = 1_000  # characters
MOST_JOINS: Final = 30
CALL_STEPS: Final = 8
# What a call may cost besides, for each time that its name stands in an expression.
DEAR: Final = {"matches": 100, "split": 60, "join": 60, "replace": 60}
_OPERATORS: Final = {
    *("_&&_", "_||_", "!_", "_?_:_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"),
    *("@in", "_[_]", "-_", "_-_", "_*_", "_/_", "_%_", "_+_"),
}
_OWN: Final = {"size", "contains", "startsWith", "endsWith", "int", "double", "string", "bool"}
_TEXT: Final = r"""r?(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')"""
_MATCHES: Final = re.compile(rf"\.\s*matches\s*\(\s*({_TEXT})\s*\)")
_NAMED: Final = re.compile(r"\b(?:body|alert)\b")
# Some macros are made of listed calls alone once the texts of a title may be joined.
_LOOP: Final = re.compile(
    r"\b(map|filter|all|exists|exists_one|existsOne)(?:\s|//[^\n]*\n)*\(", re.ASCII
)
_AT: Final = re.compile(r"<input>:(\d+):(\d+): (.*)")


def require_expression(text: str, place: str, names: frozenset[str]) -> None:
    """Refuse an expression that cannot be read, that loops, or that names what there is not.

    Raises: MappingRefused.
    """
    if len(text) > LONGEST:
        reason = f"An expression has at most {LONGEST} characters; this one has {len(text)}."
        raise MappingRefused(reason, field=place)
    try:
        program = _compiled(text)
    except ValueError as wrong:
        raise _no_cel(str(wrong), place) from None
    loops = {f"{name}()" for name in _LOOP.findall(text)}
    calls = sorted(loops | (set(program.functions()) - _OPERATORS - _OWN - CALLS.keys()))
    if calls:
        raise MappingRefused(
            f"An expression must not loop or call {', '.join(calls)}: use operators, has(…) and"
            f" {', '.join(sorted(_OWN | CALLS.keys()))}; a path can go through a list.",
            field=place,
        )
    if unknown := sorted(set(program.variables()) - names):
        raise MappingRefused(
            f"There is no {', '.join(unknown)} here, only {' and '.join(sorted(names))}.",
            field=place,
        )
    if text.count("+") > MOST_JOINS:
        raise MappingRefused(f"An expression has at most {MOST_JOINS} '+'.", field=place)
    _require_patterns(text, place)


@dataclass(slots=True)
class Scope:
    """What the expressions of one message look at, converted for them once."""

    body: object
    budget: Budget
    _context: cel.Context | None = None
    _sizes: dict[str, int] = field(default_factory=dict[str, int])
    _alert: object = None

    def enter(self, alert: object) -> None:
        """Let `alert` be this one from now on."""
        self._alert = alert
        self._sizes.pop("alert", None)

    def value_of(self, text: str) -> object:
        """Return what an expression says.

        Raises: NoValue, TooMuch.
        """
        program = _compiled(text)
        names = set(program.variables())
        context = self._context_for(names)
        cost = sum(self._sizes[name] for name in names) * len(_NAMED.findall(text))
        cost += cost * text.count("+") // 4  # each list that is joined is copied once more
        calls = text.count("(") * CALL_STEPS
        calls += sum(text.count(name) * steps for name, steps in DEAR.items())
        self.budget.spend(5 + len(text) // 20 + cost // 10 + calls)
        try:
            return program.execute(context)
        except BaseException as failed:  # its library may say more than Exception when it panics
            if not isinstance(failed, Exception) and "Panic" not in type(failed).__name__:
                raise
            raise NoValue(_said(failed)) from None

    def _context_for(self, names: set[str]) -> cel.Context:
        if self._context is None:
            self._context = cel.Context()
            for name, call in CALLS.items():
                self._context.add_function(name, call)
        for name, value in (("body", self.body), ("alert", self._alert)):
            if name in names and name not in self._sizes:
                shown, self._sizes[name] = _shown(value, self.budget)
                if name == "body":
                    self._context.add_variable(name, shown)
                else:
                    self._context.set_variable_resolver({"alert": shown}.get)
        return self._context


def _shown(value: object, budget: Budget) -> tuple[object, int]:
    """Return a value with its texts cut, and how many values it holds.

    Raises: TooMuch.
    """
    count = 0

    def cut(one: object) -> object:
        nonlocal count
        count += 1
        if count > MOST_VALUES:
            raise TooMuch(
                f"an expression looks at no body of more than {MOST_VALUES} values: use a path"
            )
        if isinstance(one, str):
            return one[:LONGEST_TEXT]
        if isinstance(one, dict):
            return {str(name)[:LONGEST_TEXT]: cut(inner) for name, inner in one.items()}
        return [cut(inner) for inner in one] if isinstance(one, list) else one

    shown = cut(value)
    budget.spend(count // 2)
    return shown, count


@lru_cache(maxsize=1024)
def _compiled(text: str) -> cel.Program:
    return cel.compile(text)


def _require_patterns(text: str, place: str) -> None:
    """Refuse a regular expression that is not written out, or that RE2 cannot read.

    Raises: MappingRefused.
    """
    written = _MATCHES.findall(text)
    if len(written) != len(re.findall(r"\bmatches\b", text)):
        reason = 'Write a regular expression out: body.host.matches("^db-"), and nothing else.'
        raise MappingRefused(reason, field=place)
    for literal in written:
        try:
            require_pattern(str(cel.evaluate(literal)), place)
        except RoutingRulesRefused as wrong:
            raise MappingRefused(wrong.detail, field=place) from None


def _no_cel(said: str, place: str) -> MappingRefused:
    found = _AT.search(said)
    if found is None:
        return MappingRefused("This is no CEL expression.", field=place)
    line, column, reason = int(found[1]), int(found[2]), found[3]
    where = f"line {line}, character {column}" if line > 1 else f"character {column}"
    said = f"This is no CEL expression, at {where}: {reason[:200]}."
    return MappingRefused(said, field=place, position=column)


def _said(failed: BaseException) -> str:
    """Return what is wrong, without anything that the body says."""
    if isinstance(failed, KeyError | IndexError):
        return "it asks for something that the body has not"
    if isinstance(failed, TypeError):
        return "it puts together what is not of one kind: a text and a number, say"
    return "it gives no value of this body"
