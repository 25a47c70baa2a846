"""Custom field commands: what people may ask of an incident's type and values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.actor import Actor
from events.values.custom_fields import IncidentType


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFields:
    """Give fields these values; what is not named stays as it is."""

    values: Mapping[str, tuple[str, ...]]  # by field; no text empties it
    actor: Actor
    at: datetime
    kind: Literal["set_fields"] = "set_fields"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetIncidentType:
    """Set the incident type, and fill in fields of that type."""

    incident_type: IncidentType
    values: Mapping[str, tuple[str, ...]]  # by field
    actor: Actor
    at: datetime
    kind: Literal["set_incident_type"] = "set_incident_type"


type FieldCommand = SetFields | SetIncidentType
