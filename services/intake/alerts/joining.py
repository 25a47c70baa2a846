"""Joining: the open incident of a service that alerts join, whoever opened it."""

import structlog

from events.errors import LogFault
from events.ids import IncidentId, ServiceId
from events.incident.alerts.rules import pages_nobody
from events.incident.modes import Mode
from events.log.database import Database
from projections.incidents.board_list import newest_open_of
from services.commanding.expected_incident import ExpectedIncident

logs = structlog.get_logger(__name__)


async def newest_open(database: Database, service_id: ServiceId) -> IncidentId | None:
    """Return the newest incident of the service that is open, as far as the read model knows.

    Where that cannot be asked, none: an alert opens an incident of its own rather than be lost.
    """
    try:
        async with database.connection() as connection:
            found = await newest_open_of(connection, service_id)
    except LogFault as fault:
        logs.warning("open_incident_unknown", service_id=service_id, fault=type(fault).__name__)
        return None
    return None if found is None else IncidentId(found)


def may_join(home: ExpectedIncident, service_id: ServiceId, *, ticket_only: bool) -> bool:
    """Return whether alerts of a service may join an incident that was found for it.

    What pages does not join what pages nobody.
    """
    incident = home.incident
    open_to_all = incident.mode is Mode.REAL and not incident.privacy.private
    loud = ticket_only or not pages_nobody(incident)
    return home.takes_alerts and open_to_all and incident.service_id == service_id and loud
