"""An incident's type and the values of its fields: the facts, the wish, and what they come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.custom_fields import CustomField, FieldValue
from events.ids import IncidentId, IncidentTypeId
from events.incident_type.state import IncidentType


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTyped:
    """The incident is of a type, and has the fields that the type had then."""

    incident_id: IncidentId
    incident_type_id: IncidentTypeId
    name: str
    fields: tuple[CustomField, ...]
    typed_by: str
    typed_at: datetime
    type: Literal["incident.typed"] = "incident.typed"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFieldsChanged:
    """Somebody filled fields in, changed them, or emptied them."""

    incident_id: IncidentId
    values: tuple[FieldValue, ...]  # of the fields that changed, and of no other
    changed_by: str
    changed_at: datetime
    type: Literal["incident.fields_changed"] = "incident.fields_changed"


FIELD_EVENTS: tuple[type, ...] = (IncidentTyped, IncidentFieldsChanged)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFields:
    """Give fields these values; what is not named stays as it is."""

    values: Mapping[str, tuple[str, ...]]  # by field; no text empties it
    actor: Actor
    at: datetime
    kind: Literal["set_fields"] = "set_fields"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetIncidentType:
    """Say what kind of incident it is, and fill in fields of that type."""

    incident_type: IncidentType
    values: Mapping[str, tuple[str, ...]]  # by field
    actor: Actor
    at: datetime
    kind: Literal["set_incident_type"] = "set_incident_type"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomFields:
    """The incident's type and fields as they are; an incident without a type has none."""

    incident_type_id: IncidentTypeId | None = None
    name: str = ""
    fields: tuple[CustomField, ...] = ()
    values: tuple[FieldValue, ...] = ()  # only of fields that have one

    def is_of(self, incident_type: IncidentType) -> bool:
        """Return whether the type and its fields are just these."""
        ours = (self.incident_type_id, self.name, self.fields)
        return ours == (incident_type.incident_type_id, incident_type.name, incident_type.fields)

    def texts_of(self, field_id: str) -> tuple[str, ...]:
        """Return what a field says, nothing if it is empty."""
        return next((one.texts for one in self.values if one.field_id == field_id), ())


def fields_after(custom: CustomFields, event: object) -> CustomFields:
    """Return the fields after the event."""
    match event:
        case IncidentTyped():
            return CustomFields(
                incident_type_id=event.incident_type_id, name=event.name, fields=event.fields
            )
        case IncidentFieldsChanged():
            return replace(custom, values=_set(custom.values, event.values))
        case _:
            return custom


def _set(before: tuple[FieldValue, ...], changed: Iterable[FieldValue]) -> tuple[FieldValue, ...]:
    values = {one.field_id: one for one in (*before, *changed)}
    return tuple(one for one in values.values() if one.texts)
