"""Reading: a body as a mapping reads it, field by field, with what each says and by what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from events.mapping.body_mapping import (
    EVERY,
    FIRING,
    LONGEST_WORD,
    RESOLVED,
    BodyMapping,
    Reading,
)
from events.mapping.budget import Budget
from events.mapping.expression import Scope
from events.mapping.path import values_at
from events.mapping.refusals import NoValue, TooMuch, Unreadable
from events.mapping.texts import text_of
from events.values.plain_text import one_line

MOST_ALERTS: Final = 1_000  # of one message
MOST_JOINED: Final = 100  # values of one path, in one text
LONGEST: Final = 16_000  # characters of a text; more than is ever stored of one
TEXT_STEP: Final = 200  # characters that are cleaned, or written as JSON, in one step
KEYS: Final = frozenset({"dedup_key", "group_key"})  # told apart by all that they say
# An alert without them is no alert, or another one than was meant: it is not read.
NEEDED: Final = frozenset({"title", "status", "dedup_key"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRead:
    """One field: what it says, by what, and what is wrong where it says nothing."""

    field: str  # title, labels.host …
    by: str
    value: str | None
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRead:
    """One alert of a body; it is read unless a field that it needs is not."""

    fields: tuple[FieldRead, ...]

    @property
    def unread(self) -> Unreadable | None:
        """Return why it cannot be read; None where it can."""
        return next(
            (
                Unreadable(one.field, one.by, one.wrong)
                for one in self.fields
                if one.field in NEEDED and one.value is None
            ),
            None,
        )

    def text(self, field: str) -> str:
        """Return what a field says; empty where it says nothing."""
        return next((one.value or "" for one in self.fields if one.field == field), "")

    def named(self, kind: str) -> dict[str, str]:
        """Return the labels or the links that were read."""
        before = f"{kind}."
        return {
            one.field.removeprefix(before): one.value
            for one in self.fields
            if one.field.startswith(before) and one.value is not None
        }


def read_body(
    mapping: BodyMapping, body: object, budget: Budget | None = None
) -> tuple[AlertRead, ...]:
    """Return the alerts of a body.

    Raises: Unreadable (there is none, or they take too many steps to read).
    """
    budget = budget or Budget()
    scope = Scope(body=body, budget=budget)
    field, by = "alerts", f"path {mapping.alerts}" if mapping.alerts else ""
    try:
        alerts = values_at(mapping.alerts, body, budget) if mapping.alerts else [body]
        if not alerts:
            raise Unreadable(field, by, "it finds no alert")
        if len(alerts) > MOST_ALERTS:
            raise Unreadable(field, by, f"it finds more than {MOST_ALERTS} alerts")
        read: list[AlertRead] = []
        for alert in alerts:
            scope.enter(alert)
            fields: list[FieldRead] = []
            for field, reading in mapping.readings():
                by = reading.by
                fields += _read(field, reading, alert, scope)
            read.append(AlertRead(fields=tuple(fields)))
    except TooMuch as much:
        raise Unreadable(field, by, str(much)) from None
    except NoValue as none:
        raise Unreadable(field, by, str(none)) from None
    return tuple(read)


def _read(field: str, reading: Reading, alert: object, scope: Scope) -> Sequence[FieldRead]:
    try:
        value = _value_of(reading, alert, scope)
    except NoValue as none:
        if reading.otherwise:
            return [FieldRead(field=field, by="otherwise", value=reading.otherwise)]
        return [FieldRead(field=field, by=reading.by, value=None, wrong=str(none))]
    kind, _, name = field.partition(".")
    if name == EVERY:
        members = value if isinstance(value, dict) else {}
        return [
            FieldRead(field=f"{kind}.{inner}", by=reading.by, value=_text(one, scope.budget))
            for inner, one in members.items()
            if one is not None
        ]
    text = _meaning(reading, _text(value, scope.budget, whole=field in KEYS))
    wrong = _wrong(field, text)
    return [FieldRead(field=field, by=reading.by, value=None if wrong else text, wrong=wrong)]


def _text(value: object, budget: Budget, *, whole: bool = False) -> str:
    """Return a value as text, at a price: a few fields may name one text many times.

    Raises: TooMuch.
    """
    text = text_of(value)
    if not isinstance(value, str):
        budget.spend(len(text) // TEXT_STEP)
    if not whole:
        text = text[:LONGEST]
    budget.spend(1 + len(text) // TEXT_STEP)
    return text


def _wrong(field: str, text: str) -> str:
    """Return what is wrong with what a field says; nothing, as a rule."""
    if field in NEEDED and not one_line(text):
        return "it is blank"
    if field == "status" and text not in {FIRING, RESOLVED}:
        return f"it says something else than {FIRING} and {RESOLVED}: give it a table"
    return ""


def _value_of(reading: Reading, alert: object, scope: Scope) -> object:
    """Return what a field says.

    Raises: NoValue, TooMuch.
    """
    if reading.expression:
        found = [scope.value_of(reading.expression)]
    else:
        root = alert if reading.path.startswith("@") else scope.body
        found = values_at(f"${reading.path[1:]}", root, scope.budget)
    said = [one for one in found if one is not None and one != ""]
    if not said:
        raise NoValue("it finds nothing")
    if len(said) == 1:
        return said[0]
    return ", ".join(_text(one, scope.budget) for one in said[:MOST_JOINED])


def _meaning(reading: Reading, text: str) -> str:
    if len(text) > LONGEST_WORD:
        return text
    word = text.strip().lower()
    return next((one.means for one in reading.table if one.word.strip().lower() == word), text)
