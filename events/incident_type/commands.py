"""What may be asked of an incident type."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.custom_fields import CustomField
from events.ids import IncidentTypeId


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineIncidentType:
    """Create the type, or replace what is asked of its incidents."""

    incident_type_id: IncidentTypeId
    name: str
    fields: tuple[CustomField, ...]
    actor: Actor
    at: datetime
