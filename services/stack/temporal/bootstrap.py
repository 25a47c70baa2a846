"""Temporal bootstrap: the namespace and search attributes that Tocsin needs.

Run `python -m services.stack.temporal.bootstrap` against a real cluster; again is safe.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import structlog
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from services.exit import run
from services.settings import settings

RETENTION = timedelta(hours=72)  # of finished workflows: the event log is the record, not Temporal
REACH_SECONDS = 120
RETRY_SECONDS = 1
SEARCH_ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {
        "IncidentReference": "Keyword",
        "IncidentPhase": "Keyword",
        "IncidentSeverity": "Keyword",
        "IncidentService": "Keyword",
        "IncidentVersion": "Int",
    }
)

log = structlog.get_logger(__name__)


async def prepare(address: str, namespace: str) -> None:
    """Make the namespace and the search attributes where they are missing.

    Raises: TimeoutError (the server did not come up), RPCError (it refused).
    """
    async with asyncio.timeout(REACH_SECONDS):
        client = await serving(address, namespace)
        await have_namespace(client)
        await have_search_attributes(client)


async def serving(address: str, namespace: str) -> Client:
    """Return a client of the server, as soon as its front door says that it serves."""
    while True:
        try:
            client = await Client.connect(address, namespace=namespace)
            if await client.service_client.check_health():
                return client
        except (RPCError, RuntimeError):
            log.debug("temporal_not_yet_serving", address=address)
        await asyncio.sleep(RETRY_SECONDS)


async def have_namespace(client: Client) -> None:
    """Register the namespace unless it is there."""
    describe = DescribeNamespaceRequest(namespace=client.namespace)
    try:
        await client.workflow_service.describe_namespace(describe)
    except RPCError as missing:
        if missing.status is not RPCStatusCode.NOT_FOUND:
            raise
    else:
        return
    request = RegisterNamespaceRequest(namespace=client.namespace)
    request.workflow_execution_retention_period.FromTimedelta(RETENTION)
    try:
        await client.workflow_service.register_namespace(request)
    except RPCError as refusal:
        if refusal.status is not RPCStatusCode.ALREADY_EXISTS:
            raise
    log.info("temporal_namespace_registered", namespace=client.namespace)


async def have_search_attributes(client: Client) -> None:
    """Register the search attributes that are missing.

    A namespace that was made a moment ago is not known everywhere yet: ask until it is.
    """
    while True:
        try:
            await add_missing_attributes(client)
        except RPCError as refusal:
            if refusal.status not in {RPCStatusCode.NOT_FOUND, RPCStatusCode.UNAVAILABLE}:
                raise
            await asyncio.sleep(RETRY_SECONDS)
        else:
            return


async def add_missing_attributes(client: Client) -> None:
    """Compare what the server knows with what we use, and add the difference."""
    present = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    known = {*present.custom_attributes, *present.system_attributes}
    missing = {
        name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}")
        for name, kind in SEARCH_ATTRIBUTES.items()
        if name not in known
    }
    if not missing:
        return
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )
    except RPCError as refusal:
        if refusal.status is not RPCStatusCode.ALREADY_EXISTS:
            raise
    log.info("temporal_search_attributes_registered", names=sorted(missing))


async def main() -> int:
    """Prepare the server that the settings name."""
    chosen = settings()
    await prepare(chosen.temporal_address or "127.0.0.1:7233", chosen.temporal_namespace)
    return 0


if __name__ == "__main__":
    run(main)
