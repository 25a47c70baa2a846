"""Incident types as they are now: what is asked of an incident that is declared of one."""

from collections.abc import Hashable
from typing import Final

from events.configuration.incident_type import IncidentTypeDefined
from events.custom_fields import CustomField
from events.log.recorded import Recorded
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Connection, Moment, Row, Rows, Table, fold

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


async def list_incident_types(connection: Connection) -> tuple[IncidentTypeRow, ...]:
    """Return every type, by id."""
    return tuple(await INCIDENT_TYPE.select(connection, "order by incident_type_id"))


async def find_incident_type(
    connection: Connection, incident_type_id: str
) -> IncidentTypeRow | None:
    """Return one type."""
    return (await INCIDENT_TYPE.load(connection, [incident_type_id])).get(incident_type_id)


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the types that the batch defines up to date."""
    await fold(INCIDENT_TYPE, tx, batch, type_of, evolve)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return which type is quarantined when the event cannot be applied."""
    return stream_key(recorded, "incident_type")


def type_of(event: object) -> tuple[str, ...]:
    """Return the type that an event defines, if any."""
    return (event.incident_type_id,) if isinstance(event, IncidentTypeDefined) else ()


def evolve(
    row: IncidentTypeRow | None, recorded: Recorded[object], _key: Hashable
) -> IncidentTypeRow | None:
    """Return the type after the event."""
    event = recorded.event
    if not isinstance(event, IncidentTypeDefined):
        return row
    return IncidentTypeRow(
        incident_type_id=event.incident_type_id,
        name=event.name,
        fields=event.fields,
        changed_by=event.defined_by,
        changed_at=event.defined_at,
        version=recorded.version,
    )
