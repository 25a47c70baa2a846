"""A whole life on the real server, whose history tells nothing to whoever reads it there."""

import base64
import json
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from events.incident.commands import AcknowledgeIncident, DeclineIncident, ResolveIncident
from events.log.postgres import PostgresLog
from services.keys import data_converter
from services.settings import Settings
from services.temporal.payload_codec import ENCODING
from tests.harness import ADA, now
from tests.journeys.test_nothing_private_leaks import decoded
from tests.keys import KEY
from tests.temporal_servers import TemporalServer
from tests.workflows.conftest import Harness, Outbox

pytestmark = pytest.mark.stack

SAID = ("Turned out to be the demo", "Checkout", "responder:ada", "example.com", "api_key:test")


@pytest.fixture
async def sealed_house(temporal: TemporalServer, log: PostgresLog) -> AsyncIterator[Harness]:
    """The servers with a worker and a caller that share a key."""
    told = Settings(payload_keys=SecretStr(KEY), temporal_namespace=temporal.namespace)
    client = await Client.connect(
        temporal.address, namespace=temporal.namespace, data_converter=data_converter(told)
    )
    harness = Harness(temporal=client, log=log, outbox=Outbox())
    async with harness.working():
        yield harness


async def test_an_incident_lives_and_its_history_holds_none_of_its_texts(
    sealed_house: Harness,
) -> None:
    policy = await sealed_house.policy("ada", escalation_timeout=60)
    incident_id = await sealed_house.declare(policy)
    await sealed_house.page_happens(incident_id, "delivery.sent")
    await sealed_house.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await sealed_house.give(incident_id, ResolveIncident(summary=SAID[0], actor=ADA, at=now()))
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "NotTheCommander"
    await sealed_house.give(incident_id, DeclineIncident(reason=SAID[0], actor=ADA, at=now()))
    await sealed_house.incident(incident_id).result()

    history = (await sealed_house.incident(incident_id).fetch_history()).to_json()
    told = history + "".join(decoded(json.loads(history)))
    assert not [text for text in SAID if text in told]
    assert base64.b64encode(ENCODING).decode() in history
