"""Doors for the tests: bodies that senders sent, read by a source alone or taken over HTTP."""

import json
from pathlib import Path
from typing import Any

from httpx import AsyncClient

from services.api.dependencies import Dependencies
from services.api.intake.source import Source
from services.intake.arrival import Arrival
from services.intake.batch.signal import Batch, Signal
from tests.services.api.intake.monitor import SENDER, STARTED, signals_in
from tests.services.api.intake.test_alertmanager_route import monitor_at

DATA = Path(__file__).parents[3] / "data"


def recorded(path: str) -> bytes:
    """A body as it was sent, by its path in tests/data."""
    return (DATA / path).read_bytes()


def read_by(source: Source[Batch, Any], body: Any) -> Batch:
    """What a source makes of a body, without the HTTP around it."""
    reader = source.reader(Arrival(sender=SENDER, at=STARTED))
    reader.feed(body if isinstance(body, bytes) else json.dumps(body).encode())
    return reader.finish()


def signals_by(source: Source[Batch, Any], body: Any) -> tuple[Signal, ...]:
    return signals_in(read_by(source, body))


async def door_for(client: AsyncClient, dependencies: Dependencies, name: str) -> str:
    """The path of a new integration for this kind of sender; nobody is signed in."""
    path, _ = await monitor_at(client, dependencies)
    del client.headers["Authorization"]
    return path.replace("alertmanager", name)
