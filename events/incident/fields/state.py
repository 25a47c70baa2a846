"""Custom field state, folded from the incident's events."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from events.ids import IncidentTypeId
from events.incident.fields.events import IncidentFieldsChanged, IncidentTyped
from events.values.custom_fields import CustomField, FieldValue, IncidentType


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
        return next((value.texts for value in self.values if value.field_id == field_id), ())


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
    values = {value.field_id: value for value in (*before, *changed)}
    return tuple(value for value in values.values() if value.texts)
