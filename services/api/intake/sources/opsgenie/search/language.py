"""Opsgenie's query language as a condition: `status: open AND (tag: disk OR priority: P1)`.

Source: Opsgenie, "Alerts Search Query Help": fields, AND, OR, NOT, parentheses, quotes, `*`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final, Literal

from projections.incidents.alert_search import (
    PLACES,
    Compared,
    Condition,
    Joined,
    Kind,
    Negated,
    Relation,
)
from services.intake.batch.cleaning import time_from

LONGEST: Final = 1_000  # characters of a query, as in Opsgenie
MOST_TERMS: Final = 50
DEEPEST: Final = 20
DIGITS: Final = 18  # of a number
EVERYWHERE: Final = ("message", "description", "alias", "entity", "source", "tag")
OTHER_NAMES: Final = {
    "id": "alertId",
    "tags": "tag",
    "teams": "responders",
    "recipients": "responders",
    "acknowledgedBy": "owner",
}
_SPACE: Final = re.compile(r"\s*")
_FIELD: Final = re.compile(r"([A-Za-z]+(?:\.[A-Za-z]+)?)\s*(!=|<=|>=|[:=<>])\s*")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_WORD: Final = re.compile(r'[^\s()"]+')
_SPECIAL: Final = re.compile(r"([\\%_])")
_DAY: Final = re.compile(r"(\d{2})-(\d{2})-(\d{4})")


class QueryWrong(ValueError):
    """A query that means nothing."""


@dataclass(frozen=True, slots=True)
class _Text:
    """What is looked for, as it was written."""

    said: str
    quoted: bool

    @property
    def pattern(self) -> str | None:
        """Return it with its wildcards; None if it has none."""
        if self.quoted or not {"*", "?"} & set(self.said):
            return None
        return _SPECIAL.sub(r"\\\1", self.said).replace("*", "%").replace("?", "_")


def condition_from(query: str) -> Condition | None:
    """Return what a query wants; None for an empty one.

    Raises: QueryWrong.
    """
    if len(query) > LONGEST:
        raise QueryWrong(f"write at most {LONGEST} characters")
    if not query.strip():
        return None
    parser = _Parser(query)
    condition = parser.either(0)
    if not parser.at_end:
        raise QueryWrong(f"nothing fits at {parser.rest!r}")
    return condition


class _Parser:
    """Reads a query from left to right."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._terms = text, 0, 0

    @property
    def rest(self) -> str:
        return self._text[self._at : self._at + 30]

    @property
    def at_end(self) -> bool:
        self._skip()
        return self._at >= len(self._text)

    def either(self, depth: int) -> Condition:
        parts = [self._all(depth)]
        while self._takes("or"):
            parts.append(self._all(depth))
        return _joined("or", parts)

    def _all(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while not self.at_end and self._text[self._at] != ")":
            if self._takes("or", only_look=True):
                break
            self._takes("and")
            parts.append(self._one(depth))
        return _joined("and", parts)

    def _one(self, depth: int) -> Condition:
        if depth > DEEPEST:
            raise QueryWrong(f"nest at most {DEEPEST} deep")
        if self._takes("not"):
            return Negated(self._one(depth + 1))
        return self._group(self.either, depth) or self._term()

    def _group[Part](self, inside: Callable[[int], Part], depth: int) -> Part | None:
        """Return what is in parentheses; None where there are none."""
        if not self._takes("("):
            return None
        found = inside(depth + 1)
        if not self._takes(")"):
            raise QueryWrong("a parenthesis is not closed")
        return found

    def _term(self) -> Condition:
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise QueryWrong(f"ask for at most {MOST_TERMS} things")
        self._skip()
        named = _FIELD.match(self._text, self._at)
        if named is None:
            word = self._value()
            return Joined("or", tuple(compared(name, ":", word) for name in EVERYWHERE))
        self._at = named.end()
        name = OTHER_NAMES.get(named[1], named[1])
        if name not in PLACES:
            raise QueryWrong(f"there is no field {named[1]!r}: the fields are {_KNOWN}")
        values = partial(self._values, name, named[2])
        return self._group(values, 0) or compared(name, named[2], self._value())

    def _values(self, name: str, relation: str, _depth: int) -> Condition:
        """Return a comparison with several values: `status: (open OR closed)`."""
        parts = [compared(name, relation, self._value())]
        word: Literal["and", "or"] = "or"
        while not self.at_end and self._text[self._at] != ")":
            word = "and" if self._takes("and") else "or"
            self._takes("or")
            parts.append(compared(name, relation, self._value()))
            if len(parts) > MOST_TERMS:
                raise QueryWrong(f"ask for at most {MOST_TERMS} things")
        return _joined(word, parts)

    def _value(self) -> _Text:
        self._skip()
        if quoted := _QUOTED.match(self._text, self._at):
            self._at = quoted.end()
            return _Text(re.sub(r"\\(.)", r"\1", quoted[1]), quoted=True)
        if word := _WORD.match(self._text, self._at):
            self._at = word.end()
            return _Text(word[0], quoted=False)
        raise QueryWrong(f"a value is missing before {self.rest!r}")

    def _takes(self, word: str, *, only_look: bool = False) -> bool:
        """Return whether this comes next, and go on behind it."""
        self._skip()
        end = self._at + len(word)
        if self._text[self._at : end].lower() != word:
            return False
        if word.isalpha() and end < len(self._text) and self._text[end] not in ' \t\n("':
            return False
        if not only_look:
            self._at = end
        return True

    def _skip(self) -> None:
        if spaces := _SPACE.match(self._text, self._at):
            self._at = spaces.end()


def compared(name: str, relation: str, text: _Text) -> Condition:
    """Return the comparison of a field with what is looked for.

    Raises: QueryWrong.
    """
    if relation == "!=":
        return Negated(compared(name, ":", text))
    kind, said = PLACES[name].kind, text.said
    how = Relation.IS if relation == ":" else Relation(relation)
    if kind is Kind.TIME:
        return Compared(field=name, relation=how, value=_time(name, said))
    if kind is Kind.NUMBER:
        if not (said.isascii() and said.isdigit() and len(said) <= DIGITS):
            raise QueryWrong(f"{name} is a number, not {said!r}")
        return Compared(field=name, relation=how, value=int(said))
    if how is not Relation.IS:
        raise QueryWrong(f"{name} is no time and no number: write {name}: {said}")
    if kind is Kind.FLAG:
        if said.lower() not in {"true", "false"}:
            raise QueryWrong(f"{name} is true or false, not {said!r}")
        return Compared(field=name, value=said.lower() == "true")
    pattern = text.pattern
    return Compared(field=name, value=pattern or said, pattern=pattern is not None)


def _time(name: str, said: str) -> datetime:
    if day := _DAY.fullmatch(said):
        try:
            return datetime(int(day[3]), int(day[2]), int(day[1]), tzinfo=UTC)
        except ValueError:
            raise QueryWrong(f"{said} is no day") from None
    time = time_from(said)
    if time is None:
        raise QueryWrong(
            f"{name} is a time: milliseconds of Unix time, 29-11-2026 or 2026-11-29T12:00:00Z"
        )
    return time


def _joined(word: Literal["and", "or"], parts: list[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))


_KNOWN: Final = ", ".join(PLACES)
