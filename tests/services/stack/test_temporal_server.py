"""The embedded Temporal server: what it knows, and what survives a power cut."""

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client

from services.stack.temporal_bootstrap import SEARCH_ATTRIBUTES

pytestmark = pytest.mark.stack


async def test_a_started_server_knows_the_search_attributes(temporal_client: Client) -> None:
    listed = await temporal_client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=temporal_client.namespace)
    )
    assert set(SEARCH_ATTRIBUTES) <= set(listed.custom_attributes)
