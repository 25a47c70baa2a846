"""What a decision about an incident type needs to know, folded from its events."""

from dataclasses import dataclass

from events.custom_fields import CustomField
from events.ids import IncidentTypeId
from events.incident_type.events import IncidentTypeDefined


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentType:
    """A type as it is defined, and as a declaration captures it."""

    incident_type_id: IncidentTypeId
    name: str
    fields: tuple[CustomField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinedType:
    """A type as the rules see it; nothing until it is defined."""

    incident_type: IncidentType | None = None


INITIAL = DefinedType()


def evolve(_before: DefinedType, event: IncidentTypeDefined) -> DefinedType:
    """Return the type after the event; never refuses."""
    return DefinedType(
        incident_type=IncidentType(
            incident_type_id=event.incident_type_id, name=event.name, fields=event.fields
        )
    )
