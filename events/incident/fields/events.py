"""Custom field events: an incident's type, and the values of its fields."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import IncidentId, IncidentTypeId
from events.values.custom_fields import CustomField, FieldValue


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


type FieldEvent = IncidentTyped | IncidentFieldsChanged
