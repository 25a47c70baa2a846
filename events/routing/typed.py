"""Typed incidents: the type and the fields that a rule gives an incident, as far as they fit. Pure.

A type changes after a rule was set, and texts of alerts are what they are. Whatever does not fit is
left out, and the incident says so: a rule that points to something gone never loses a page.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from events.ids import IncidentTypeId
from events.values.custom_fields import CustomField, IncidentType, Needed, fault_in


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldText:
    """What a field is to say."""

    field_id: str
    texts: tuple[str, ...]  # in a rule, each may hold {labels.region} …


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedAs:
    """The type and the fields that a rule gives an incident, filled with what the alert says."""

    rule: str
    owner: str  # the list that the rule is in
    incident_type_id: IncidentTypeId
    fields: tuple[FieldText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedIncident:
    """What of it an incident can be declared with, and what people have to know of the rest."""

    incident_type: IncidentType | None
    fields: Mapping[str, tuple[str, ...]]
    warnings: tuple[str, ...] = ()


def typed_incident(wanted: TypedAs, found: IncidentType | None) -> TypedIncident:
    """Return what fits of what a rule wants; `found` is the type as it is now."""
    by = f"routing rule {wanted.rule} ({wanted.owner})"
    if found is None:
        gone = f"There is no incident type {wanted.incident_type_id}, which {by} gives."
        return TypedIncident(incident_type=None, fields={}, warnings=(gone,))
    fields: dict[str, tuple[str, ...]] = {}
    warnings = []
    for one in wanted.fields:
        fault = fault_of(one, found)
        if fault is None:
            fields[one.field_id] = said(one)
        else:
            warnings.append(f"Field {one.field_id}, which {by} fills in, was left out: {fault}.")
    if missing := missing_in(found, {name for name, texts in fields.items() if texts}):
        named = ", ".join(one.label for one in missing)
        untyped = f"{by} makes it {found.name}, which has to say {named}: give it its type by hand."
        return TypedIncident(
            incident_type=None, fields={}, warnings=(*warnings, untyped[0].upper() + untyped[1:])
        )
    return TypedIncident(incident_type=found, fields=fields, warnings=tuple(warnings))


def said(one: FieldText) -> tuple[str, ...]:
    """Return the texts of a field that say something."""
    return tuple(text for text in one.texts if text.strip())


def fault_of(one: FieldText, found: IncidentType) -> str | None:
    """Return why a type does not take this; None if it does."""
    known: dict[str, CustomField] = {field.field_id: field for field in found.fields}
    field = known.get(one.field_id)
    if field is None:
        return f"{found.name} has no such field; it has {', '.join(known) or 'none'}"
    return fault_in(field, said(one))


def missing_in(found: IncidentType, given: set[str]) -> list[CustomField]:
    """Return the fields that the type needs from the declaration on and that nobody gives."""
    needed = (field for field in found.fields if field.needed is Needed.DECLARATION)
    return [field for field in needed if field.field_id not in given]
