"""Custom fields that a team defines for its incidents, and the values they take."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from events.ids import IncidentTypeId
from events.values.links import is_safe_url

LONGEST: Final = 2_000  # characters of a value
NUMBER: Final = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)
DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class FieldKind(StrEnum):
    """The kind of value that a custom field takes."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    LINK = "link"
    SELECT = "select"
    MULTI_SELECT = "multi_select"

    @property
    def chooses(self) -> bool:
        """Return whether its values are among options."""
        return self in {FieldKind.SELECT, FieldKind.MULTI_SELECT}


class Needed(StrEnum):
    """Until when a field has to have a value."""

    DECLARATION = "declaration"
    RESOLUTION = "resolution"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """One field as it is defined."""

    field_id: str
    label: str
    kind: FieldKind
    options: tuple[str, ...] = ()  # of a select, and of a multi_select
    needed: Needed = Needed.NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentType:
    """An incident type as a declaration captures it."""

    incident_type_id: IncidentTypeId
    name: str
    fields: tuple[CustomField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """What a field says: one text, or the chosen options of a multi_select; none: nothing."""

    field_id: str
    label: str  # as the field was called then
    texts: tuple[str, ...]


def fault_in(field: CustomField, texts: tuple[str, ...]) -> str | None:
    """Return what is wrong with a field's value, None if nothing is; no text at all is no value."""
    if field.kind is FieldKind.MULTI_SELECT:
        chosen_once = len(set(texts)) == len(texts) and set(texts) <= set(field.options)
        return None if chosen_once else f"choose among {', '.join(field.options)}, each once"
    if len(texts) > 1:
        return "give one value"
    return next((fault for text in texts if (fault := _fault(field, text))), None)


def _fault(field: CustomField, text: str) -> str | None:
    match field.kind:
        case FieldKind.NUMBER:
            return None if NUMBER.fullmatch(text) else "write a number in digits: 42, or -0.5"
        case FieldKind.DATE:
            return None if _is_date(text) else "write a date as 2026-11-23"
        case FieldKind.LINK:
            return None if is_safe_url(text) else "give one https address, without a password"
        case FieldKind.SELECT:
            return None if text in field.options else f"choose one of {', '.join(field.options)}"
        case _:
            fits = len(text.strip()) > 0 and len(text) <= LONGEST
            return None if fits else f"write something, at most {LONGEST} characters"


def _is_date(text: str) -> bool:
    try:
        return bool(DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False
