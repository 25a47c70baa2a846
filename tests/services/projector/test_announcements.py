"""A status update wakes the workflow that sends it, once there is somebody to send it to."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from temporalio.service import RPCError

from activities.payloads import ANNOUNCE, Published
from events.configuration.subscription import (
    DefineSubscription,
    EndSubscription,
    SubscriptionCommand,
    subscription_decider,
)
from events.handle import handle
from events.ids import IncidentId, ResponderId, SubscriptionId, incident_stream, subscription_stream
from events.incident.decide import incident_decider
from events.incident.status_updates.commands import PublishStatusUpdate
from events.log.queues.outbox import PostgresOutbox
from events.log.recorded import OutboxEntry
from services.projector.announcements import Announcements
from tests.projections.stories import catch_up
from tests.servers import Database
from tests.services.projector.conftest import ANA, DIGEST, METADATA, Relay
from workflows.ids import announcement_workflow_id

pytestmark = pytest.mark.stack

MARY = SubscriptionId("mary")


async def publish(relay: Relay, incident_id: IncidentId, number: int) -> None:
    published = Published(incident_id=incident_id, number=number).model_dump_json().encode()
    await handle(
        relay.log,
        incident_decider,
        incident_stream(incident_id),
        PublishStatusUpdate(
            impact="Some",
            current_actions="Looking",
            next_update_at=None,
            actor=ANA,
            at=datetime.now(UTC),
        ),
        command_id=uuid4(),
        request_digest=DIGEST,
        metadata=METADATA,
        outbox=(OutboxEntry(kind=ANNOUNCE, key=f"{incident_id}:{number}", body=published),),
    )


async def ask(relay: Relay, command: SubscriptionCommand) -> None:
    await handle(
        relay.log,
        subscription_decider,
        subscription_stream(MARY),
        command,
        command_id=uuid4(),
        request_digest=DIGEST,
        metadata=METADATA,
    )


async def is_woken(relay: Relay, incident_id: IncidentId) -> bool:
    try:
        await relay.temporal.get_workflow_handle(announcement_workflow_id(incident_id)).describe()
    except RPCError:
        return False
    return True


def subscription() -> DefineSubscription:
    return DefineSubscription(
        subscription_id=MARY,
        responder_id=ResponderId("mary"),
        service_id=None,
        severities=(),
        channels=(),
        actor=ANA,
        at=datetime.now(UTC),
    )


async def test_an_update_that_nobody_subscribed_to_wakes_no_workflow(
    relay: Relay, database: Database
) -> None:
    announcements = Announcements(
        relay.log, relay.log.database, PostgresOutbox(relay.log.database), relay.temporal
    )
    incident_id = await relay.declare()
    await publish(relay, incident_id, 1)
    await catch_up(database)
    assert await announcements.relay() == 1
    assert not await is_woken(relay, incident_id)

    await ask(relay, subscription())
    await publish(relay, incident_id, 2)
    await catch_up(database)
    assert await announcements.relay() == 1  # the first one was done with
    assert await is_woken(relay, incident_id)

    await ask(relay, EndSubscription(actor=ANA, at=datetime.now(UTC)))
    other = await relay.declare()
    await publish(relay, other, 1)
    await catch_up(database)
    assert await announcements.relay() == 1
    assert not await is_woken(relay, other)


async def test_while_nobody_can_tell_who_subscribed_the_workflow_is_woken_all_the_same(
    relay: Relay,
) -> None:
    announcements = Announcements(
        relay.log, relay.log.database, PostgresOutbox(relay.log.database), relay.temporal
    )
    incident_id = await relay.declare()
    await publish(relay, incident_id, 1)  # and no projector runs
    assert await announcements.relay() == 1
    assert await is_woken(relay, incident_id)
