"""Inventory: what belongs to an incident, recorded, so that an export of it cannot be cut down."""

from typing import Final

from fastapi import Response

from events.ids import IncidentId, incident_stream, inventory_stream
from events.incident.decide import incident_decider
from events.inventory.commands import TakeInventory
from events.inventory.decide import inventory_decider
from events.inventory.listing import belongs, digest_of
from events.loading import load
from events.log.lookup.naming import heads_of, streams_naming
from services.access.dependencies import ReadDependencies
from services.access.permissions import Permission
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import ExistingIncident
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("audit")

AUDIT: Final = [requires(Permission.LOG_READ)]


@router.post(
    "/v1/audit/incidents/{incident_id}/inventory", dependencies=AUDIT, response_model=Receipt
)
async def take_inventory(incident_id: ExistingIncident, change: TheConfigurationChange) -> Response:
    """Record which streams belong to the incident, by one digest over all of them.

    They are found in the log itself. The notary signs the record like every event, so whoever has
    it and an export can tell whether anything was left out. Nothing else is changed by it.
    """
    dependencies = change.dependencies
    position = await dependencies.log.head()
    heads = await _heads(dependencies, incident_id, position)
    incident, _ = await load(dependencies.log, incident_decider, incident_stream(incident_id))
    command = TakeInventory(
        incident_id=incident_id,
        reference=incident.reference,
        position=position,
        streams=len(heads),
        events=sum(version for version, _ in heads.values()),
        digest=digest_of(heads),
        actor=change.actor,
        at=change.at,
    )
    return await change.receipt(inventory_decider, inventory_stream(incident_id), command)


async def _heads(
    dependencies: ReadDependencies, incident_id: IncidentId, until: int
) -> dict[str, tuple[int, bytes]]:
    """Return the streams of the incident; its declaration precedes whatever else names it.

    Raises: LogUnavailable.
    """
    declared, *_ = await dependencies.log.read_stream(incident_stream(incident_id))
    after = declared.position - 1
    named = await streams_naming(dependencies.database, incident_id, after, until)
    streams = [stream for stream in named if belongs(stream, incident_id)]
    return await heads_of(dependencies.database, streams, until)
