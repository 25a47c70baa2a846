"""The gateway ends every call in time, whatever the other side of the line does."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from events.actor import Actor
from events.incident.commands import AcknowledgeIncident
from events.log.recorded import Metadata
from services.temporal.circuit import FAILURES, PAUSE_SECONDS, Circuit
from services.temporal.gateway import ACCEPT_SECONDS, TemporalGateway, Unreachable
from workflows.messages import IncidentCommandEnvelope

type Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

ENVELOPE = IncidentCommandEnvelope(
    command_id=uuid4(),
    request_digest="00" * 32,
    metadata=Metadata(principal="api_key:test"),
    command=AcknowledgeIncident(actor=Actor(principal="api_key:test"), at=datetime.now(UTC)),
)


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.read(65536):
        pass
    writer.close()


async def hangs_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def talks_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SMTP ready, and this is no HTTP/2\r\n" * 10)
    await silent(reader, writer)


@asynccontextmanager
async def peer_at(peer: Peer) -> AsyncIterator[str]:
    server = await asyncio.start_server(peer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"{host}:{port}"
    finally:
        server.close()


@pytest.mark.parametrize("peer", [silent, hangs_up, talks_nonsense])
async def test_a_broken_line_is_given_up_in_time(peer: Peer) -> None:
    async with peer_at(peer) as address:
        gateway = TemporalGateway(address, "default")
        began = time.monotonic()
        assert await gateway.command("incident/1", ENVELOPE) == Unreachable()
        assert time.monotonic() - began < ACCEPT_SECONDS + 1
        assert await gateway.unattended(datetime.now(UTC)) is None


async def test_nobody_waits_once_the_line_has_failed_often_enough(refusing_port: int) -> None:
    gateway = TemporalGateway(f"127.0.0.1:{refusing_port}", "default")
    for _ in range(FAILURES):
        assert not gateway.is_cut_off
        await gateway.command("incident/1", ENVELOPE)
    assert gateway.is_cut_off
    answer = gateway.command("incident/1", ENVELOPE)
    with pytest.raises(StopIteration) as answered:
        answer.send(None)  # it waits for nothing: not even one turn of the event loop
    assert answered.value.value == Unreachable()


async def test_a_caller_who_leaves_is_let_go() -> None:
    async with peer_at(silent) as address:
        gateway = TemporalGateway(address, "default")
        call = asyncio.create_task(gateway.command("incident/1", ENVELOPE))
        await asyncio.sleep(0.3)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call


def test_an_open_circuit_lets_one_caller_try_in_every_pause() -> None:
    now = 0.0
    circuit = Circuit(lambda: now)
    for _ in range(FAILURES):
        assert circuit.lets_through()
        circuit.failed()
    assert not circuit.lets_through()
    now = PAUSE_SECONDS
    assert [circuit.lets_through(), circuit.lets_through()] == [True, False]
    circuit.failed()
    now = 2 * PAUSE_SECONDS
    assert circuit.lets_through()
    circuit.succeeded()
    assert [circuit.lets_through(), circuit.lets_through()] == [True, True]
    assert not circuit.is_open


def test_a_success_ends_a_row_of_failures() -> None:
    circuit = Circuit()
    for _ in range(3 * FAILURES):
        circuit.failed()
        circuit.succeeded()
    assert not circuit.is_open
