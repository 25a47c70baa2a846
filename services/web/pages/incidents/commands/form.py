"""Command form: the fields that a person fills in, and the body of the command that they make."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from string import Formatter
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.web.calls import Document, Refused, path_of
from services.web.forms import Form

LOCAL: Final = "%Y-%m-%dT%H:%M"  # how a browser writes a time, with or without seconds


class Kind(StrEnum):
    """Kind of a field."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    PERSON = "person"
    PEOPLE = "people"
    POLICY = "policy"
    TIME = "time"  # in the zone of the page
    TICK = "tick"
    NUMBER = "number"
    HIDDEN = "hidden"
    HIDDEN_NUMBER = "hidden number"


type Choices = Sequence[tuple[str, str]]
type Given = Callable[[Document], Choices]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Field of a form, by the name that the API has for it."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    needed: bool = True
    hint: str = ""
    choices: Choices | Given = ()
    now: Callable[[Document], str | None] | None = None  # what stands in it at first

    def choices_for(self, incident: Document) -> Choices:
        """Return what can be chosen at this incident."""
        return self.choices(incident) if callable(self.choices) else self.choices

    def first(self, incident: Document) -> str:
        """Return what stands in the field before anybody writes."""
        return (self.now(incident) or "") if self.now else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Command of the API that a form gives."""

    noun: str  # of the form's address: /incidents/{reference}/{noun}
    button: str
    words: str  # what it does, before anybody presses
    fields: tuple[Field, ...] = ()
    api: str = ""  # the API's path below the incident, where it is another; fields in {braces}
    query: tuple[str, ...] = ()  # fields that the API takes in the address
    method: str = "POST"
    key: str | None = None
    when: Callable[[Document], bool] = lambda _: True
    group: str = ""  # of the page with all of them; without one it is not listed there
    kind: str = ""  # of the button

    @property
    def in_path(self) -> frozenset[str]:
        """Return the fields that are a part of the API's path."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.api) if name)

    def path(self, reference: str, form: Form) -> str:
        """Return the path of the API that a filled-in form goes to."""
        parts = [one.format_map(_Said(form)) for one in (self.api or self.noun).split("/")]
        return path_of("incidents", reference, *parts)

    def asked(self, form: Form) -> dict[str, str | None]:
        """Return what the API takes in the address."""
        return {name: form.text(name) for name in self.query}

    def body(self, form: Form, zone: ZoneInfo) -> Document | None:
        """Return the body, None where the command has none; what was left empty is left out.

        Raises: Refused (a time or a number that is none).
        """
        elsewhere = self.in_path | set(self.query)
        fields = [one for one in self.fields if one.name not in elsewhere]
        return body_of(fields, form, zone) if fields else None


class _Said(dict[str, str]):
    """What a form says, for the braces of a path."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, name: str) -> str:
        return self._form.text(name) or "-"


def body_of(fields: Sequence[Field], form: Form, zone: ZoneInfo) -> Document:
    """Return what the fields say, as the API reads it; what was left empty is left out.

    Raises: Refused (a time or a number that is none).
    """
    made = {field.name: _value(field, form, zone) for field in fields}
    return {name: value for name, value in made.items() if value is not None}


def _value(field: Field, form: Form, zone: ZoneInfo) -> Any:
    said = form.text(field.name)
    match field.kind:
        case Kind.PEOPLE:
            return form.listed(field.name)
        case Kind.TICK:
            return True if said else None
        case Kind.NUMBER | Kind.HIDDEN_NUMBER:
            return None if said is None else _number(field, said)
        case Kind.TIME:
            return None if said is None else instant(field.name, said, zone)
        case _:
            return said


def _number(field: Field, said: str) -> int:
    try:
        return int(said)
    except ValueError:
        raise unreadable(field.name, f"{said} is not a whole number.") from None


def instant(name: str, said: str, zone: ZoneInfo) -> str:
    """Return a time that a person wrote in the zone of the page, as the API reads it.

    Raises: Refused.
    """
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise unreadable(name, f"{said} is not a time. Write it as 2026-11-29T03:15.") from None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).isoformat()


def unreadable(name: str, reason: str) -> Refused:
    """Return the refusal of a field that never came to the API."""
    errors = [{"field": name, "reason": reason}]
    return Refused({"title": "The form cannot be read.", "status": 422, "errors": errors}, None)


def written(form: Form | None, fields: Sequence[Field], incident: Document) -> Mapping[str, Any]:
    """Return what stands in each field: what was written, or what is there at first."""
    if form is None:
        return {field.name: field.first(incident) for field in fields}
    return {
        field.name: form.listed(field.name)
        if field.kind is Kind.PEOPLE
        else form.text(field.name) or ""
        for field in fields
    }
