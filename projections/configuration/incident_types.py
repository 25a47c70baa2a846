"""Incident types as they are now: the fields asked of their incidents."""

from typing import Final

from events.configuration.incident_type import IncidentTypeDefined
from events.values.custom_fields import CustomField
from projections.engine.defined import defined
from projections.engine.rows import OWN_STREAM, Moment, Row, Table

NAME: Final = "incident_types"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key


class IncidentTypeRow(Row, frozen=True, kw_only=True):
    """One type."""

    incident_type_id: str
    name: str
    fields: tuple[CustomField, ...]
    changed_by: str
    changed_at: Moment
    version: int


INCIDENT_TYPE = Table("incident_type", "incident_type_id", IncidentTypeRow, OWN_STREAM)
TABLES: Final = (INCIDENT_TYPE,)

project, key_of = defined(INCIDENT_TYPE, IncidentTypeDefined)
