"""Incident type: the custom fields that incidents of one kind have."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.aggregate import Aggregate
from events.definition import definition
from events.errors import NotFound, Unprocessable
from events.ids import IncidentTypeId
from events.values.custom_fields import CustomField


class IncidentTypeNotFound(NotFound):
    """There is no such incident type."""


class IncidentTypeRefused(Unprocessable):
    """An incident type's fields contradict each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineIncidentType:
    """Create the type, or replace what is asked of its incidents."""

    incident_type_id: IncidentTypeId
    name: str
    fields: tuple[CustomField, ...]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTypeDefined:
    """The type is known, or changed; incidents declared from now on have these fields."""

    incident_type_id: IncidentTypeId
    name: str
    fields: tuple[CustomField, ...]  # in the order people see them
    defined_by: str
    defined_at: datetime
    type: Literal["incident_type.defined"] = "incident_type.defined"


def require_clear_fields(command: DefineIncidentType) -> None:
    """Refuse fields that cannot be told apart, and choices without options.

    Raises: IncidentTypeRefused.
    """
    _told_apart("fields", (field.field_id for field in command.fields), "field")
    for number, field in enumerate(command.fields):
        where = f"fields.{number}.options"
        if field.kind.chooses and not field.options:
            raise IncidentTypeRefused(
                f"Field {field.field_id} chooses among options: give some.", field=where
            )
        if field.options and not field.kind.chooses:
            raise IncidentTypeRefused(
                f"Field {field.field_id} is a {field.kind}: only a select or a multi_select has"
                " options.",
                field=where,
            )
        _told_apart(where, field.options, f"option of field {field.field_id}")


def _told_apart(where: str, names: Iterable[str], what: str) -> None:
    twice = [name for name, number in Counter(names).items() if number > 1]
    if twice:
        raise IncidentTypeRefused(f"Name each {what} once; twice: {', '.join(twice)}.", field=where)


incident_type_decider = definition(
    DefineIncidentType, IncidentTypeDefined, check=require_clear_fields
)

AGGREGATE = Aggregate(
    noun="incident_type",
    id=IncidentTypeId,
    decider=incident_type_decider,
    commands=DefineIncidentType,
)
