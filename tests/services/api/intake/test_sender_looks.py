"""Sender looks: who ask at once cost one read, and a revoked key opens nothing from then on."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import pytest

from events.actor import Actor
from events.configuration.integration import (
    CreateIntegration,
    RevokeIntegration,
    integration_decider,
)
from events.errors import LogUnavailable
from events.handle import handle
from events.ids import IntegrationId, ServiceId, integration_stream
from events.log.memory import MemoryLog
from events.log.recorded import Metadata, RecordedEvent
from services.access.secret_keys import new_key
from services.intake.sender_looks import SenderLooks
from tests.services.api.intake.monitor import STARTED

ADA = Actor(principal="api_key:root", is_admin=True)


class CountingLog(MemoryLog):
    """A log that counts its reads, and may be away."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.is_down = False

    async def read_since(
        self, streams: Sequence[str], types: Sequence[str]
    ) -> dict[str, list[RecordedEvent]]:
        self.reads += 1
        await asyncio.sleep(0)
        if self.is_down:
            raise LogUnavailable("down")
        return await super().read_since(streams, types)


async def tell(log: MemoryLog, command: CreateIntegration | RevokeIntegration, name: str) -> None:
    await handle(
        log,
        integration_decider,
        integration_stream(IntegrationId(name)),
        command,
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=Metadata(principal="api_key:root"),
    )


@pytest.fixture
async def log() -> CountingLog:
    return CountingLog()


async def key_in(log: MemoryLog) -> tuple[str, str]:
    """Create an integration; return its key and its id."""
    key = new_key("ingest")
    command = CreateIntegration(
        integration_id=IntegrationId(key.key_id),
        name="eu-1",
        service_id=ServiceId("checkout"),
        secret_hash=key.secret_hash,
        actor=ADA,
        at=STARTED,
    )
    await tell(log, command, key.key_id)
    return key.text, key.key_id


async def test_a_hundred_messages_at_once_cost_two_reads_and_each_has_its_own_sender(
    log: CountingLog,
) -> None:
    keys = [await key_in(log) for _ in range(10)]
    looks = SenderLooks()
    found = await asyncio.gather(
        *(looks.sender_with(log, text, STARTED) for _ in range(10) for text, _ in keys)
    )
    assert [one.integration_id for one in found if one] == [name for _, name in keys] * 10
    assert log.reads <= 2


async def test_a_revoked_key_opens_nothing_from_then_on(log: CountingLog) -> None:
    looks, (text, name) = SenderLooks(), await key_in(log)
    assert await looks.sender_with(log, text, STARTED) is not None
    revoked = RevokeIntegration(actor=ADA, at=STARTED)
    await tell(log, revoked, name)
    assert await looks.sender_with(log, text, STARTED) is None


async def test_an_unknown_key_opens_nothing_beside_one_that_is_known(log: CountingLog) -> None:
    looks, (text, _) = SenderLooks(), await key_in(log)
    unknown = new_key("ingest").text
    found = await asyncio.gather(
        *(looks.sender_with(log, one, STARTED) for one in (text, unknown, "", "x"))
    )
    assert [one is not None for one in found] == [True, False, False, False]


async def test_everybody_who_asks_hears_that_the_log_is_away_and_is_let_in_once_it_is_back(
    log: CountingLog,
) -> None:
    looks, (text, _) = SenderLooks(), await key_in(log)
    log.is_down = True
    asked = (looks.sender_with(log, text, STARTED) for _ in range(5))
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in found] == [LogUnavailable] * 5
    log.is_down = False
    assert await looks.sender_with(log, text, STARTED) is not None
