"""Mappings: how the JSON of an integration's monitor is read, set and taken away."""

import asyncio
from datetime import datetime
from typing import Annotated, Final

from fastapi import Query, Response
from msgspec.structs import asdict

from events.configuration.integration import IntegrationNotFound, SetMapping, integration_decider
from events.ids import IntegrationId, integration_stream
from events.mapping.body_mapping import require_mapping
from projections.configuration import tables as configuration
from projections.engine.defined import one
from services.access.permissions import Permission
from services.api.http.formats import Name, Position, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.resources.mapping.bodies import MappingBody, body_of, mapping_in
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("configuration")
PATH: Final = "/v1/integrations/{integration_id}/mapping"


class MappingView(View):
    """How an integration's JSON is read, and which version of it this is."""

    integration_id: str
    mapping: MappingBody | None
    mapping_version: int
    mapping_changed_by: str | None
    mapping_changed_at: datetime | None
    version: int
    position: Position


@router.get(PATH, dependencies=[requires(Permission.CONFIGURATION_READ)])
async def show_mapping(
    response: Response, reads: TheReads, integration_id: Name, query: Annotated[ReadQuery, Query()]
) -> MappingView:
    """Show how an integration's JSON is read; null: by our own fields."""
    stream = integration_stream(IntegrationId(integration_id))
    async with reads.of(query, configuration.NAME, stream=stream) as connection:
        row = await one(configuration.INTEGRATION, connection, integration_id)
    if row is None:
        raise IntegrationNotFound(f"No such integration: {integration_id}.")
    response.headers["ETag"] = f'"{row.version}"'
    shown = asdict(row) | {"mapping": None if row.mapping is None else body_of(row.mapping)}
    return MappingView.model_validate({name: shown[name] for name in MappingView.model_fields})


@router.put(PATH, dependencies=[requires(Permission.TEAM_WRITE)], response_model=Receipt)
async def set_mapping(
    integration_id: Name, body: MappingBody, change: TheConfigurationChange
) -> Response:
    """Read what comes to `generic` and `rootly` by this mapping. It replaces the one before."""
    mapping = mapping_in(body)
    await asyncio.to_thread(require_mapping, mapping)  # a hundred expressions take their time
    command = SetMapping(mapping=mapping, actor=change.actor, at=change.at)
    stream = integration_stream(IntegrationId(integration_id))
    return await change.receipt(integration_decider, stream, command)


@router.delete(PATH, dependencies=[requires(Permission.TEAM_WRITE)], response_model=Receipt)
async def remove_mapping(integration_id: Name, change: TheConfigurationChange) -> Response:
    """Read what comes by our own fields again."""
    command = SetMapping(mapping=None, actor=change.actor, at=change.at)
    stream = integration_stream(IntegrationId(integration_id))
    return await change.receipt(integration_decider, stream, command)
