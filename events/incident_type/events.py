"""What can happen to an incident type."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.custom_fields import CustomField
from events.ids import IncidentTypeId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTypeDefined:
    """The type is known, or changed; incidents declared from now on have these fields."""

    incident_type_id: IncidentTypeId
    name: str
    fields: tuple[CustomField, ...]  # in the order people see them
    defined_by: str
    defined_at: datetime
    type: Literal["incident_type.defined"] = "incident_type.defined"


INCIDENT_TYPE_EVENTS: tuple[type, ...] = (IncidentTypeDefined,)
